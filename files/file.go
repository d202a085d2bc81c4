package files

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/readahead"
	"github.com/gobaton/async/primitives"
)

// A File is an open file; aiofiles' file object. It has one offset, which reads
// and writes move, and is for the tasks of one loop, which may share it: one
// operation runs at a time, in the order they came.
type File struct {
	file fs.File
	gate *primitives.Semaphore // held by the operation that is under way

	ahead  readahead.Buffer // its bytes stand before the offset of the operating system
	filled int              // how many reads have brought bytes, or the end

	behind    int    // how many bytes to collect before they are written
	collected []byte // those bytes
	failed    error  // of an operation that nothing waited for
	closed    bool
}

// Open opens a file for reading; os.Open. Like all functions of this package it
// suspends the task until that is done. If ctx is canceled first, Open returns
// its error, and the file is closed if it opens later.
func Open(ctx context.Context, name string) (*File, error) {
	return OpenFile(ctx, name, os.O_RDONLY, 0)
}

// Create opens a file for reading and writing, and empties it if it is there;
// os.Create. All else is as with [Open].
func Create(ctx context.Context, name string) (*File, error) {
	return OpenFile(ctx, name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
}

// OpenFile opens a file with flags and permissions; os.OpenFile. All else is as
// with [Open].
func OpenFile(ctx context.Context, name string, flag int, perm fs.FileMode) (*File, error) {
	return open(ctx, func(context.Context) (fs.File, error) { return os.OpenFile(name, flag, perm) })
}

// OpenIn opens a file of a file system for reading, as fs.FS.Open does. All
// else is as with [Open].
func OpenIn(ctx context.Context, fsys fs.FS, name string) (*File, error) {
	return open(ctx, func(context.Context) (fs.File, error) { return fsys.Open(name) })
}

// open runs opener off the loop. The file of an opener that nothing waits for
// any more is closed where it was opened.
func open(ctx context.Context, opener func(context.Context) (fs.File, error)) (*File, error) {
	file, err := async.ToThreadAcquire(ctx, opener, func(file fs.File) { _ = file.Close() })
	if err != nil {
		return nil, err
	}
	return newFile(file), nil
}

func newFile(file fs.File) *File {
	return &File{file: file, gate: primitives.NewSemaphore(1)}
}

// proceed returns the error of an operation whose ctx is canceled already.
func proceed(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return async.Yield(ctx)
}

// An operation is what one trip off the loop does to a file.
type operation struct {
	run   func() error               // off the loop
	apply func(err error, late bool) // back in the loop; late: the await was canceled, nothing waits
}

// do makes one trip off the loop, when the operations before it have ended. It
// then calls begin for what to do there. If ctx is canceled first, do returns
// its error; the gate stays closed until the operation has ended and was
// applied.
func (f *File) do(ctx context.Context, begin func() operation) (err error) {
	if err := f.enter(ctx); err != nil {
		return err
	}
	op := begin()
	if op.run == nil {
		f.gate.Release()
		return nil
	}
	future := async.RunInExecutor(ctx, nil, func(context.Context) (async.Void, error) {
		return async.Void{}, op.run()
	})
	finish := func(late bool) {
		op.apply(future.Err(), late)
		f.gate.Release()
	}
	defer func() { // also if run panicked
		if future.Done() {
			finish(err != future.Err())
		} else {
			future.OnDone(func() { finish(true) })
		}
	}()
	_, err = async.Shield(ctx, future)
	return err
}

// enter waits for its turn, and closes the gate behind it.
func (f *File) enter(ctx context.Context) error {
	if err := proceed(ctx); err != nil {
		return err
	}
	if err := f.gate.Acquire(ctx); err != nil {
		return err
	}
	var err error
	switch {
	case f.closed:
		err = os.ErrClosed
	case f.failed != nil:
		err, f.failed = f.failed, nil
	default:
		return nil
	}
	f.gate.Release()
	return err
}

// Name returns the name that the file was opened with; "" if it is none of
// package os. It never suspends.
func (f *File) Name() string {
	if file, ok := f.file.(interface{ Name() string }); ok {
		return file.Name()
	}
	return ""
}

// Stat returns what is known of the file; os.File.Stat. It suspends the task
// until then; if ctx is canceled first, it returns ctx's error.
func (f *File) Stat(ctx context.Context) (info fs.FileInfo, err error) {
	if err := f.Flush(ctx); err != nil {
		return nil, err
	}
	err = f.do(ctx, func() operation {
		var found fs.FileInfo
		return operation{
			run: func() (err error) {
				found, err = f.file.Stat()
				return err
			},
			apply: func(error, bool) { info = found },
		}
	})
	return info, err
}

// Sync writes what was collected and asks the operating system to put it on
// disk; os.File.Sync. It suspends the task until then; if ctx is canceled
// first, it returns ctx's error and the operation goes on.
func (f *File) Sync(ctx context.Context) error {
	if err := f.Flush(ctx); err != nil {
		return err
	}
	return f.call(ctx, func() error {
		if file, ok := f.file.(interface{ Sync() error }); ok {
			return file.Sync()
		}
		return errors.ErrUnsupported
	})
}

// call makes a trip for an operation that leaves what File knows as it is. The
// error of an abandoned one is that of the next operation.
func (f *File) call(ctx context.Context, run func() error) error {
	return f.do(ctx, func() operation { return operation{run, f.keepLate} })
}

// keepLate keeps the error of an operation that nothing waits for.
func (f *File) keepLate(err error, late bool) {
	if late && err != nil {
		f.failed = err
	}
}

// Close writes what was collected and closes the file. It suspends the task
// until then. Operations that wait for their turn come before it, those after
// it get [os.ErrClosed], as a second Close does.
//
// If ctx is canceled first, or was before, Close returns its error and the file
// is closed all the same: Run does not end before that.
func (f *File) Close(ctx context.Context) error {
	// A task of its own, which begins at once and which no cancellation
	// reaches.
	closing := async.GoEager(ctx, func(ctx context.Context) error {
		return f.close(context.WithoutCancel(ctx))
	})
	_, err := async.Shield(ctx, closing)
	if !closing.Done() {
		closing.OnDone(func() { _ = closing.Err() })
	}
	return err
}

func (f *File) close(ctx context.Context) error {
	pending := f.Flush(ctx)
	if errors.Is(pending, os.ErrClosed) {
		return pending
	}
	err := f.do(ctx, func() operation {
		return operation{f.file.Close, func(error, bool) { f.closed = true }}
	})
	return errors.Join(pending, err)
}

package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
)

// Write writes p at the offset; io.Writer. It suspends the task until that is
// done, or, after [File.WriteBehind], only when enough was collected.
//
// If ctx is canceled first, Write returns its error, and 0, and goes on in the
// background: the file's next operation waits for it and returns the error it
// may have met.
func (f *File) Write(ctx context.Context, p []byte) (n int, err error) {
	if f.behind > 0 {
		return f.collect(ctx, p)
	}
	if err := f.Flush(ctx); err != nil { // from when there was a WriteBehind
		return 0, err
	}
	own := slices.Clone(p) // the caller may change p after a cancellation
	err = f.do(ctx, func() operation {
		ahead := len(f.ahead.Take(f.ahead.Len()))
		written := 0
		return operation{
			run: func() (err error) {
				written, err = writeBack(f.file, own, ahead)
				return err
			},
			apply: func(err error, late bool) {
				n = written
				f.keepLate(err, late)
			},
		}
	})
	return n, err
}

// WriteString does what [File.Write] does, for a string.
func (f *File) WriteString(ctx context.Context, s string) (n int, err error) {
	return f.Write(ctx, []byte(s))
}

// WriteBehind lets Write collect bytes and make a trip only for every size of
// them; 0 writes at once again. What was collected is written by Flush, by
// Close, and before any other operation. An error that it meets is then theirs.
func (f *File) WriteBehind(size int) { f.behind = max(0, size) }

// collect adds p to the bytes to write, and writes them if there are enough.
func (f *File) collect(ctx context.Context, p []byte) (int, error) {
	if f.closed {
		return 0, fs.ErrClosed
	}
	f.collected = append(f.collected, p...)
	if len(f.collected) < f.behind {
		return len(p), nil
	}
	return len(p), f.Flush(ctx)
}

// Flush writes what [File.WriteBehind] has let Write collect. It suspends the
// task if there is anything. If ctx is canceled first, it returns its error;
// the bytes are written in the background or, if that has not begun, by the
// next operation.
func (f *File) Flush(ctx context.Context) error {
	if len(f.collected) == 0 {
		return nil
	}
	return f.do(ctx, func() operation {
		own, ahead := f.collected, len(f.ahead.Take(f.ahead.Len()))
		f.collected = nil
		return operation{
			run: func() error {
				_, err := writeBack(f.file, own, ahead)
				return err
			},
			apply: f.keepLate,
		}
	})
}

// writeBack writes p where the reader stands, which is that many bytes behind
// what was read ahead.
func writeBack(file fs.File, p []byte, ahead int) (int, error) {
	writer, ok := file.(io.Writer)
	if !ok {
		return 0, errors.ErrUnsupported
	}
	if ahead > 0 {
		if _, err := seek(file, int64(-ahead), io.SeekCurrent); err != nil {
			return 0, err
		}
	}
	return writer.Write(p)
}

// WriteAt writes p at an offset of its own; io.WriterAt. The file's offset
// stays. All else is as with Write.
func (f *File) WriteAt(ctx context.Context, p []byte, offset int64) (n int, err error) {
	if _, err := f.Seek(ctx, 0, io.SeekCurrent); err != nil { // forgets what was read ahead
		return 0, err
	}
	own := slices.Clone(p)
	err = f.do(ctx, func() operation {
		written := 0
		return operation{
			run: func() (err error) {
				file, ok := f.file.(io.WriterAt)
				if !ok {
					return errors.ErrUnsupported
				}
				written, err = file.WriteAt(own, offset)
				return err
			},
			apply: func(err error, late bool) {
				n = written
				f.keepLate(err, late)
			},
		}
	})
	return n, err
}

// Truncate changes the size of the file; os.File.Truncate. The offset stays.
// All else is as with Write.
func (f *File) Truncate(ctx context.Context, size int64) error {
	if _, err := f.Seek(ctx, 0, io.SeekCurrent); err != nil { // forgets what was read ahead
		return err
	}
	return f.call(ctx, func() error {
		if file, ok := f.file.(interface{ Truncate(int64) error }); ok {
			return file.Truncate(size)
		}
		return errors.ErrUnsupported
	})
}

// Seek moves the offset and returns it, counted from the beginning; io.Seeker.
// Seek(ctx, 0, io.SeekCurrent) tells it, also after an operation that a
// cancellation has abandoned, for which it waits. It suspends the task until
// then. If ctx is canceled first, Seek returns its error, and the offset may
// have moved or not.
func (f *File) Seek(ctx context.Context, offset int64, whence int) (at int64, err error) {
	if err := f.Flush(ctx); err != nil {
		return 0, err
	}
	err = f.do(ctx, func() operation {
		move, found := offset, int64(0)
		if whence == io.SeekCurrent {
			move -= int64(f.ahead.Len())
		}
		return operation{
			run: func() (err error) {
				found, err = seek(f.file, move, whence)
				return err
			},
			apply: func(err error, late bool) {
				if err == nil {
					at = found
					f.ahead.Take(f.ahead.Len())
				}
				f.keepLate(err, late)
			},
		}
	})
	return at, err
}

func seek(file fs.File, offset int64, whence int) (int64, error) {
	if file, ok := file.(io.Seeker); ok {
		return file.Seek(offset, whence)
	}
	return 0, errors.ErrUnsupported
}

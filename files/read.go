package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
)

// Read reads up to len(p) bytes at the offset, as io.Reader does: it returns
// [io.EOF] at the end of the file. It suspends the task unless bytes that were
// read ahead are left.
//
// If ctx is canceled first, Read returns its error and p is not written to;
// bytes that come after that are there for the next Read.
func (f *File) Read(ctx context.Context, p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := f.Flush(ctx); err != nil { // its bytes come before those ahead
		return 0, err
	}
	for len(f.ahead) == 0 {
		if err := f.fill(ctx, len(p), false); err != nil {
			return 0, err
		}
	}
	n = copy(p, f.ahead)
	f.take(n)
	return n, nil
}

// ReadAll reads from the offset to the end of the file, in one trip;
// io.ReadAll. If ctx is canceled first, it returns its error, and the bytes are
// there for the next Read.
func (f *File) ReadAll(ctx context.Context) ([]byte, error) {
	if err := f.fill(ctx, lineChunk, true); err != nil && err != io.EOF {
		return nil, err
	}
	all := append([]byte{}, f.ahead...)
	f.take(len(all))
	return all, nil
}

// ReadAt reads len(p) bytes at an offset of its own, as io.ReaderAt does; the
// file's offset stays. If ctx is canceled first, it returns its error and p is
// not written to.
func (f *File) ReadAt(ctx context.Context, p []byte, offset int64) (n int, err error) {
	if err := f.Flush(ctx); err != nil {
		return 0, err
	}
	var end error
	err = f.do(ctx, func() operation {
		own, got, reason := make([]byte, len(p)), 0, error(nil)
		return operation{
			run: func() error {
				got, reason = readAt(f.file, own, offset)
				return nil
			},
			apply: func(_ error, late bool) {
				if !late {
					n, end = copy(p, own[:got]), reason
				}
			},
		}
	})
	if err != nil {
		return 0, err
	}
	return n, end
}

// fill reads n more bytes at most, or all that there are, behind those that are
// ahead. It returns [io.EOF] if it was not all and there are none. If a read
// before it, which a cancellation had abandoned, has brought some meanwhile, it
// leaves it at them.
func (f *File) fill(ctx context.Context, n int, all bool) error {
	if err := f.Flush(ctx); err != nil {
		return err
	}
	before := f.filled
	return f.do(ctx, func() operation {
		if f.filled != before && !all {
			return operation{}
		}
		kept := len(f.ahead)
		buffer := append(slices.Grow(f.spare[:0], kept+n), f.ahead...)
		return operation{
			run: func() (err error) {
				buffer, err = readMore(f.file, buffer, n, all)
				return err
			},
			apply: func(err error, late bool) {
				taken := kept - len(f.ahead) // by a Read that needed no trip
				f.spare, f.store, f.ahead = f.store, buffer, buffer[taken:]
				f.filled++
				f.keepLate(err, late && err != io.EOF)
			},
		}
	})
}

// readMore appends what it reads to buffer: the bytes of one Read that gives
// any, or all there are.
func readMore(file io.Reader, buffer []byte, n int, all bool) ([]byte, error) {
	for {
		buffer = slices.Grow(buffer, n)
		got, err := file.Read(buffer[len(buffer) : len(buffer)+n])
		buffer = buffer[:len(buffer)+got]
		switch {
		case all && err == io.EOF:
			return buffer, nil
		case !all && got > 0:
			return buffer, nil // the error comes again
		case err != nil:
			return buffer, err
		}
	}
}

// take takes the first n of the bytes that are ahead.
func (f *File) take(n int) {
	f.ahead = f.ahead[n:]
	f.scanned = max(0, f.scanned-n)
}

func readAt(file fs.File, p []byte, offset int64) (int, error) {
	if file, ok := file.(io.ReaderAt); ok {
		return file.ReadAt(p, offset)
	}
	return 0, errors.ErrUnsupported
}

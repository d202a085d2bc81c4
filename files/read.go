package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
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
	for f.ahead.Len() == 0 {
		if err := f.fill(ctx, len(p), false); err != nil {
			return 0, err
		}
	}
	return f.ahead.Read(p), nil
}

// ReadAll reads from the offset to the end of the file, in one trip;
// io.ReadAll. If ctx is canceled first, it returns its error, and the bytes are
// there for the next Read.
func (f *File) ReadAll(ctx context.Context) ([]byte, error) {
	if err := f.fill(ctx, lineChunk, true); err != nil && err != io.EOF {
		return nil, err
	}
	return append([]byte{}, f.ahead.Take(f.ahead.Len())...), nil
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
		filling := f.ahead.Fill()
		return operation{
			run: func() error {
				if all {
					return filling.ReadAll(f.file, n)
				}
				got, err := filling.ReadSome(f.file, n)
				if got > 0 {
					return nil // an error comes again
				}
				return err
			},
			apply: func(err error, late bool) {
				f.ahead.Filled(filling)
				f.filled++
				f.keepLate(err, late && err != io.EOF)
			},
		}
	})
}

func readAt(file fs.File, p []byte, offset int64) (int, error) {
	if file, ok := file.(io.ReaderAt); ok {
		return file.ReadAt(p, offset)
	}
	return 0, errors.ErrUnsupported
}

package streams

import (
	"context"
	"sync"
)

// chunkSize is the size of the buffers that Readers share. One that needs more
// has its own.
const chunkSize = 16 << 10

var buffers = sync.Pool{New: func() any { return new([chunkSize]byte) }}

// fill reads more behind what is there.
func (r *Reader) fill(ctx context.Context) error {
	if err := r.pace(ctx); err != nil {
		return err
	}
	for {
		r.makeRoom()
		n, err := r.try(r.buf[r.end:])
		r.end += n
		if err != ErrNotReady {
			return err
		}
		if err := r.wait(ctx); err != nil {
			return err
		}
	}
}

// makeRoom makes room behind what is there.
func (r *Reader) makeRoom() {
	switch {
	case r.buf == nil:
		r.buf = buffers.Get().(*[chunkSize]byte)[:]
	case r.end < len(r.buf):
	case 2*r.Buffered() <= len(r.buf):
		copy(r.buf, r.buf[r.start:r.end])
		r.start, r.end = 0, r.Buffered()
	default:
		buf := make([]byte, 2*len(r.buf))
		n := copy(buf, r.buf[r.start:r.end])
		r.release()
		r.buf, r.end = buf, n
	}
}

// shrink gives the buffer back if there is nothing in it.
func (r *Reader) shrink() {
	if r.start == r.end {
		r.release()
	}
}

func (r *Reader) release() {
	if len(r.buf) == chunkSize {
		buffers.Put((*[chunkSize]byte)(r.buf))
	}
	r.buf, r.start, r.end = nil, 0, 0
}

// take returns a copy of the next n bytes, which are read with that.
func (r *Reader) take(n int) []byte {
	p := append([]byte(nil), r.buf[r.start:r.start+n]...)
	r.start += n
	return p
}

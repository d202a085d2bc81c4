package asynchttp

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"slices"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/readahead"
)

// chunk is how many bytes a trip for a body reads.
const chunk = 32 << 10

// A Body awaits the body of a response or a request, with a trip off the loop
// for a chunk. One task at a time reads it. The one of net/http, which blocks,
// is the Body of the embedded Response or Request.
type Body struct {
	source  io.ReadCloser
	life    *lifetime // of the request, whose end ends a read under way; may be nil
	ahead   readahead.Buffer
	reading bool
	ended   bool  // its end was read
	broken  error // behind what is ahead; of a read that a cancellation abandoned, too
}

// Read reads up to len(p) bytes of the body, as io.Reader does: it returns
// [io.EOF] at its end. It suspends the task unless bytes were read ahead.
//
// If ctx is canceled first, Read returns its error, and the body is of no use
// any more: a client's connection is closed. Read panics while another task
// reads.
func (b *Body) Read(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if b.ahead.Len() == 0 {
		if err := b.fill(ctx, chunk, false); err != nil {
			return 0, err
		}
	}
	return b.ahead.Read(p), nil
}

// ReadAll reads the rest of the body in one trip. All else is as with Read.
func (b *Body) ReadAll(ctx context.Context) ([]byte, error) {
	if !b.ended {
		if err := b.fill(ctx, bytes.MinRead, true); err != nil {
			return nil, err
		}
	}
	return b.ahead.TakeAll(), nil
}

// JSON decodes the rest of the body into v, a pointer. All else is as with
// ReadAll.
func (b *Body) JSON(ctx context.Context, v any) error {
	data, err := b.ReadAll(ctx)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// Lines returns the lines of the rest of the body, without their ends. An error
// is the last pair. All else is as with Read.
func (b *Body) Lines(ctx context.Context) iter.Seq2[string, error] {
	return readahead.Lines(func() (string, error) {
		return b.ahead.NextLine(func() error { return b.fill(ctx, chunk, false) })
	})
}

// fill reads more behind the bytes that are ahead, n at a time: some, or all.
func (b *Body) fill(ctx context.Context, n int, all bool) error {
	switch {
	case b.broken != nil:
		return b.broken
	case b.ended:
		return io.EOF
	case b.reading:
		panic("asynchttp: two tasks read one body: let one task read, and hand on to the other")
	}
	b.reading = true
	defer func() { b.reading = false }()
	filling, got, failed := b.ahead.Fill(), 0, error(nil)
	err := async.ToThread(ctx, func(context.Context) error {
		if all {
			failed = filling.ReadAll(b.source, n)
		} else {
			got, failed = filling.ReadSome(b.source, n)
		}
		return nil
	})
	if err != nil { // filling is the function's, which may still run
		b.abandon(err)
		return err
	}
	b.ahead.Filled(filling)
	if b.ended = failed == io.EOF || all && failed == nil; !b.ended {
		b.broken = failed
	}
	if got > 0 {
		return nil // the bytes come first
	}
	return failed
}

// abandon ends a read that goes on although nothing waits for it.
func (b *Body) abandon(err error) {
	b.broken = err
	if b.life != nil {
		b.life.end()
	}
}

// largestGuess is how much memory is made for a body before it has come.
const largestGuess = 1 << 20

// readAll does what io.ReadAll does, for a body of which the length is known,
// or -1.
func readAll(r io.Reader, length int64) ([]byte, error) {
	if length < 0 {
		return io.ReadAll(r)
	}
	all := make([]byte, 0, min(length, largestGuess))
	for {
		n, err := r.Read(all[len(all):cap(all)])
		all = all[:len(all)+n]
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		if len(all) == cap(all) {
			all = slices.Grow(all, bytes.MinRead)
		}
	}
}

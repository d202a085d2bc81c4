package asynchttp

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"slices"

	"github.com/gobaton/async"
)

// chunk is how many bytes a trip for a body reads.
const chunk = 32 << 10

// A Body awaits the body of a response or a request, with a trip off the loop
// for a chunk. One task at a time reads it. The one of net/http, which blocks,
// is the Body of the embedded Response or Request.
type Body struct {
	source  io.ReadCloser
	life    *lifetime // of the request, whose end ends a read under way; may be nil
	ahead   []byte    // bytes read and not taken yet
	reading bool
	ended   bool  // its end was read
	broken  error // of a read that a cancellation abandoned
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
	if len(b.ahead) == 0 {
		if err := b.fill(ctx, readSome); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.ahead)
	b.ahead = b.ahead[n:]
	return n, nil
}

// ReadAll reads the rest of the body in one trip. All else is as with Read.
func (b *Body) ReadAll(ctx context.Context) ([]byte, error) {
	if err := b.fill(ctx, io.ReadAll); err != nil && !(err == io.EOF && b.ended) {
		return nil, err
	}
	b.ended = true
	all := b.ahead
	b.ahead = nil
	return all, nil
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
	return func(yield func(string, error) bool) {
		for {
			line, err := b.readLine(ctx)
			if err == io.EOF || !yield(line, err) || err != nil {
				return
			}
		}
	}
}

func (b *Body) readLine(ctx context.Context) (string, error) {
	for scanned := 0; ; {
		if i := bytes.IndexByte(b.ahead[scanned:], '\n'); i >= 0 {
			line := bytes.TrimSuffix(b.ahead[:scanned+i], []byte("\r"))
			b.ahead = b.ahead[scanned+i+1:]
			return string(line), nil
		}
		scanned = len(b.ahead)
		switch err := b.fill(ctx, readSome); {
		case err == io.EOF && len(b.ahead) > 0:
			last := string(b.ahead)
			b.ahead = nil
			return last, nil
		case err != nil:
			return "", err
		}
	}
}

// fill reads more behind the bytes that are ahead.
func (b *Body) fill(ctx context.Context, read func(io.Reader) ([]byte, error)) error {
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
	var failed error // of the body, which may have given bytes before that
	more, err := async.ToThreadValue(ctx, func(context.Context) (more []byte, _ error) {
		more, failed = read(b.source)
		return more, nil
	})
	if err != nil {
		b.abandon(err)
		return err
	}
	if len(b.ahead) == 0 {
		b.ahead = more
	} else {
		b.ahead = append(b.ahead, more...)
	}
	b.ended = b.ended || failed == io.EOF
	if len(more) > 0 && failed == io.EOF {
		return nil // it comes again
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

// readSome returns the bytes of one read.
func readSome(r io.Reader) ([]byte, error) {
	p := make([]byte, chunk)
	for {
		if n, err := r.Read(p); n > 0 || err != nil {
			return p[:n], err
		}
	}
}

package streams

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// ReadLine reads a line with its "\n"; asyncio's readline. The last line may
// lack it; after that, the error is io.EOF. A line longer than r.Limit is a
// [LimitError], and stays in the Reader.
//
// If ctx is canceled first, ReadLine returns its error and nothing is lost.
func (r *Reader) ReadLine(ctx context.Context) (string, error) {
	r.begin()
	defer r.done()
	line, err := r.line(ctx)
	return string(line), err
}

// line does what ReadLine does; what it returns is valid until the next read.
func (r *Reader) line(ctx context.Context) ([]byte, error) {
	line, err := r.until(ctx, r.limit(), "\n")
	var short *IncompleteReadError
	if errors.As(err, &short) && len(short.Partial) > 0 {
		return short.Partial, nil
	}
	if err != nil && errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	return line, err
}

// ReadUntil reads up to the separator that ends first, and with it; asyncio's
// readuntil. If the stream ends before, it returns an [IncompleteReadError]
// with what had come. If there is none within r.Limit, it returns a
// [LimitError], and the data stays. It panics without a separator, or with an
// empty one.
//
// If ctx is canceled first, ReadUntil returns its error and nothing is lost.
func (r *Reader) ReadUntil(ctx context.Context, separators ...string) ([]byte, error) {
	return r.ReadUntilLimit(ctx, r.limit(), separators...)
}

// ReadUntilLimit does what ReadUntil does, with a limit for this call.
func (r *Reader) ReadUntilLimit(ctx context.Context, limit int, separators ...string) ([]byte, error) {
	r.begin()
	defer r.done()
	data, err := r.until(ctx, limit, separators...)
	return slices.Clone(data), err
}

func (r *Reader) limit() int {
	if r.Limit <= 0 {
		return DefaultLimit
	}
	return r.Limit
}

// until does what ReadUntilLimit does; what it returns is valid until the next
// read.
func (r *Reader) until(ctx context.Context, limit int, separators ...string) ([]byte, error) {
	longest := longestOf(separators)
	searched := 0 // up to there no separator begins
	for {
		data := r.buf[r.start:r.end]
		if begin, end := first(data, searched, separators); end > 0 {
			if begin > limit {
				return nil, &LimitError{limit, begin}
			}
			r.start += end
			return data[:end], nil
		}
		if searched = max(0, len(data)+1-longest); searched > limit {
			return nil, &LimitError{limit, searched}
		}
		if err := r.fill(ctx); errors.Is(err, io.EOF) {
			return nil, &IncompleteReadError{Partial: r.take(r.Buffered())}
		} else if err != nil {
			return nil, err
		}
	}
}

func longestOf(separators []string) (longest int) {
	for _, s := range separators {
		if s == "" {
			panic("streams: ReadUntil with an empty separator, which is everywhere: use Read")
		}
		longest = max(longest, len(s))
	}
	if longest == 0 {
		panic("streams: ReadUntil without a separator: name at least one, or use Read")
	}
	return longest
}

// first finds the separator that ends first in data[from:]; end is 0 if there
// is none.
func first(data []byte, from int, separators []string) (begin, end int) {
	for _, s := range separators {
		i := index(data[from:], s)
		if i >= 0 && (end == 0 || from+i+len(s) < end) {
			begin, end = from+i, from+i+len(s)
		}
	}
	return begin, end
}

func index(data []byte, s string) int {
	if len(s) == 1 {
		return bytes.IndexByte(data, s[0])
	}
	return bytes.Index(data, []byte(s))
}

// Lines reads lines, each with its "\n", until the stream ends, without
// copying: a line is valid until the next; asyncio's "async for line in
// reader". An error comes last. The loop's body may await, but not read from r.
func (r *Reader) Lines(ctx context.Context) iter.Seq2[[]byte, error] {
	return r.each(ctx, r.line)
}

// Frames reads frames until the stream ends, without copying: a frame is valid
// until the next. Before each stands its length, as a big-endian number of
// prefix bytes: 1, 2, 4 or 8. One longer than r.Limit is a [LimitError]. A
// stream that ends within a frame is an [IncompleteReadError].
func (r *Reader) Frames(ctx context.Context, prefix int) iter.Seq2[[]byte, error] {
	if !strings.Contains("1248", fmt.Sprint(prefix)) {
		panic(fmt.Sprintf("streams: Frames with lengths of %d bytes: they can have 1, 2, 4 or 8", prefix))
	}
	return r.each(ctx, func(ctx context.Context) ([]byte, error) { return r.frame(ctx, prefix) })
}

// frame reads a frame, or nothing of it.
func (r *Reader) frame(ctx context.Context, prefix int) ([]byte, error) {
	if err := r.need(ctx, prefix); err != nil {
		return nil, err
	}
	var number [8]byte
	copy(number[8-prefix:], r.buf[r.start:])
	n := binary.BigEndian.Uint64(number[:])
	if limit := r.limit(); n > uint64(limit) {
		return nil, &LimitError{limit, prefix}
	}
	size := prefix + int(n)
	if err := r.need(ctx, size); err != nil {
		return nil, err
	}
	frame := r.buf[r.start+prefix : r.start+size]
	r.start += size
	return frame, nil
}

// need reads until n bytes are in the buffer.
func (r *Reader) need(ctx context.Context, n int) error {
	for r.Buffered() < n {
		err := r.fill(ctx)
		if errors.Is(err, io.EOF) && r.Buffered() > 0 {
			return &IncompleteReadError{Partial: r.take(r.Buffered()), Expected: n}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// each yields what next returns until the stream ends.
func (r *Reader) each(ctx context.Context, next func(ctx context.Context) ([]byte, error)) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		r.begin()
		defer r.done()
		for {
			item, err := next(ctx)
			if err == io.EOF || !yield(item, err) || err != nil {
				return
			}
		}
	}
}

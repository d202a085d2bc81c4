package streamstest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// pieces writes in pieces of chance, reads in others, and compares with what
// was written.
func (e *ends) pieces(ctx context.Context) {
	chance := seed(e.t)
	all := text(chance, 300)
	writer := async.Go(ctx, func(ctx context.Context) error {
		for rest := all; len(rest) > 0; {
			n := min(len(rest), 1+chance.IntN(400))
			if _, err := e.w1.Write(rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
			if chance.IntN(3) == 0 {
				if err := async.Yield(ctx); err != nil {
					return err
				}
			}
			if err := e.w1.Drain(ctx); err != nil {
				return err
			}
		}
		return e.w1.Close()
	})
	for rest := all; len(rest) > 0; {
		got := e.readSome(ctx, chance.IntN(4), 1+chance.IntN(50), len(rest))
		e.check(bytes.HasPrefix(rest, got) && len(got) > 0, "read %q, where %q was written", got, rest[:min(len(rest), len(got)+20)])
		rest = rest[len(got):]
	}
	_, err := e.r2.Read(ctx, make([]byte, 1))
	e.is(err, io.EOF)
	e.check(e.r2.AtEOF(), "not at the end")
	e.ok(writer.Wait(ctx))
}

// readSome reads in one of the ways there are, of what is left.
func (e *ends) readSome(ctx context.Context, way, n, left int) []byte {
	e.t.Helper()
	switch way {
	case 0:
		p := make([]byte, n)
		n, err := e.r2.Read(ctx, p)
		e.ok(err)
		return p[:n]
	case 1:
		p, err := e.r2.ReadExactly(ctx, min(n, left))
		e.ok(err)
		return p
	case 2:
		p, err := e.r2.ReadUntil(ctx, "\r\n", "5")
		var short *streams.IncompleteReadError
		if errors.As(err, &short) && len(short.Partial) == left { // half a separator is left
			return short.Partial
		}
		e.ok(err)
		return p
	}
	p, err := e.r2.ReadLine(ctx)
	e.ok(err)
	return []byte(p)
}

func (e *ends) bulk(ctx context.Context) {
	const size = 3 << 20
	data := bytes.Repeat([]byte("0123456789abcdef"), size/16)
	send := func(w *streams.Writer) async.Func {
		return func(ctx context.Context) error {
			for rest := data; len(rest) > 0; rest = rest[min(len(rest), 100_000):] {
				if _, err := w.Write(rest[:min(len(rest), 100_000)]); err != nil {
					return err
				}
				if err := w.Drain(ctx); err != nil {
					return err
				}
			}
			return nil
		}
	}
	receive := func(r *streams.Reader) async.Func {
		return func(ctx context.Context) error {
			got, err := r.ReadExactly(ctx, size)
			if err == nil && !bytes.Equal(got, data) {
				return errors.New("other bytes came than were sent")
			}
			return err
		}
	}
	_, err := async.Gather(ctx, send(e.w1), send(e.w2), receive(e.r1), receive(e.r2))
	e.ok(err)
	for e.w1.Unsent() > 0 { // the bytes may be there before the news that they were sent
		e.ok(async.Yield(ctx))
	}
}

func (e *ends) separators(ctx context.Context) {
	_, err := e.w1.WriteString("one;two\r\nthree\nfour")
	e.ok(err)
	e.ok(e.w1.Close())
	for _, want := range []string{"one;", "two\r\n", "three\n"} {
		got, err := e.r2.ReadUntil(ctx, "\r\n", "\n", ";")
		e.ok(err)
		e.check(string(got) == want, "read %q, not %q", got, want)
	}
	_, err = e.r2.ReadUntil(ctx, "\n", ";")
	var short *streams.IncompleteReadError
	e.check(errors.As(err, &short) && string(short.Partial) == "four", "%v", err)
	e.is(err, io.ErrUnexpectedEOF)
}

func (e *ends) limit(ctx context.Context) {
	_, err := e.w1.WriteString(strings.Repeat("x", 100) + "\nrest\n")
	e.ok(err)
	var over *streams.LimitError
	_, err = e.r2.ReadUntilLimit(ctx, 50, "\n")
	e.check(errors.As(err, &over) && over.Limit == 50 && over.Consumed > 50, "%v", err)
	e.r2.Limit = 60
	_, err = e.r2.ReadLine(ctx)
	e.check(errors.As(err, &over) && over.Limit == 60, "%v", err)
	e.r2.Limit = 0
	line, err := e.r2.ReadLine(ctx)
	e.ok(err)
	e.check(len(line) == 101, "%d bytes are left of 101", len(line))
	line, err = e.r2.ReadLine(ctx)
	e.ok(err)
	e.check(line == "rest\n", "%q", line)
}

func (e *ends) short(ctx context.Context) {
	_, err := e.w1.WriteString("12345")
	e.ok(err)
	e.ok(e.w1.Close())
	_, err = e.r2.ReadExactly(ctx, 10)
	var short *streams.IncompleteReadError
	e.check(errors.As(err, &short) && string(short.Partial) == "12345" && short.Expected == 10, "%v", err)
	e.is(err, io.ErrUnexpectedEOF)
	_, err = e.r2.ReadExactly(ctx, 10)
	e.is(err, io.EOF)
	_, err = e.r2.ReadLine(ctx)
	e.check(err == io.EOF, "%v", err)
	rest, err := e.r2.ReadAll(ctx)
	e.ok(err)
	e.check(len(rest) == 0, "%q", rest)
}

func (e *ends) iterators(ctx context.Context) {
	e.ok(e.w1.WriteLines([]byte("a\n"), []byte("\n"), []byte("last\n"), []byte{0, 2, 'h', 'i', 0, 0, 0, 1, '!'}))
	e.ok(e.w1.Close())
	var lines []string
	for line, err := range e.r2.Lines(ctx) {
		e.ok(err)
		if lines = append(lines, string(line)); len(lines) == 3 {
			break
		}
	}
	e.check(strings.Join(lines, "") == "a\n\nlast\n", "%q", lines)
	var frames []string
	for frame, err := range e.r2.Frames(ctx, 2) {
		e.ok(err)
		frames = append(frames, string(frame))
	}
	e.check(len(frames) == 3 && strings.Join(frames, "|") == "hi||!", "%q", frames)
}

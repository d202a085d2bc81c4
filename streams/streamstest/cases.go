package streamstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// cases are what a connection has to do. half marks those that need a
// connection that can be closed in one direction.
var cases = []struct {
	name string
	half bool
	run  func(e *ends, ctx context.Context)
}{
	{"what is written is read in any pieces", false, (*ends).pieces},
	{"both directions at once, more than fits", false, (*ends).bulk},
	{"the separator that ends first is taken", false, (*ends).separators},
	{"a limit keeps the data", false, (*ends).limit},
	{"the end of the stream, and what is short of it", false, (*ends).short},
	{"lines and frames", false, (*ends).iterators},
	{"a stream that has ended in one direction goes on in the other", true, (*ends).halfClose},
	{"a read that was canceled loses nothing", false, (*ends).canceledRead},
	{"a slow reader makes Drain wait", false, (*ends).drain},
	{"a dead peer ends Drain", false, (*ends).deadPeer},
	{"WaitClosed returns when all is sent", false, (*ends).waitClosed},
	{"Close wakes the reader", false, (*ends).closeWakes},
	{"a second reader panics", false, (*ends).twoReaders},
	{"addresses are there", false, (*ends).addresses},
	{"a reader that is never short of data lets others run", false, (*ends).fairness},
	{"files are sent in their turn", false, (*ends).files},
	{"a file whose sending was canceled is gone on with", false, (*ends).canceledFile},
	{"a file of which nobody reads anything ends with the connection", false, (*ends).closedFile},
}

func (e *ends) ok(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatalf("%+v", err)
	}
}

func (e *ends) check(holds bool, format string, args ...any) {
	e.t.Helper()
	if !holds {
		e.t.Fatalf(format, args...)
	}
}

// is checks that an error is another.
func (e *ends) is(err, target error) {
	e.t.Helper()
	e.check(errors.Is(err, target), "%v is not %v", err, target)
}

// text returns random lines.
func text(chance interface{ IntN(int) int }, lines int) []byte {
	var b bytes.Buffer
	for i := range lines {
		fmt.Fprintf(&b, "%d%s\r\n", i, strings.Repeat("x", chance.IntN(100)))
	}
	return b.Bytes()
}

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

func (e *ends) halfClose(ctx context.Context) {
	_, err := e.w1.WriteString("question")
	e.ok(err)
	e.ok(e.w1.WriteEOF())
	_, err = e.w1.WriteString("more")
	e.is(err, streams.ErrHalfClosed)
	got, err := e.r2.ReadAll(ctx)
	e.ok(err)
	e.check(string(got) == "question", "%q", got)
	_, err = e.w2.WriteString("answer")
	e.ok(err)
	e.ok(e.w2.Close())
	got, err = e.r1.ReadAll(ctx)
	e.ok(err)
	e.check(string(got) == "answer", "%q", got)
}

func (e *ends) canceledRead(ctx context.Context) {
	reads := []func(ctx context.Context) error{
		func(ctx context.Context) error { _, err := e.r2.ReadExactly(ctx, 100); return err },
		func(ctx context.Context) error { _, err := e.r2.ReadLine(ctx); return err },
		func(ctx context.Context) error { _, err := e.r2.ReadAll(ctx); return err },
		func(ctx context.Context) error {
			for _, err := range e.r2.Frames(ctx, 1) {
				return err
			}
			return nil
		},
	}
	for _, read := range reads {
		_, err := e.w1.WriteString("\x80y")
		e.ok(err)
		e.is(async.Timeout(ctx, 5*time.Millisecond, read), async.ErrTimeout)
		task := async.Go(ctx, read)
		e.ok(async.Sleep(ctx, time.Millisecond))
		task.Cancel()
		e.check(async.IsCanceled(task.Wait(ctx)), "not canceled")
	}
	got, err := e.r2.ReadExactly(ctx, 2*len(reads))
	e.ok(err)
	e.check(string(got) == strings.Repeat("\x80y", len(reads)), "%q", got)
}

func (e *ends) drain(ctx context.Context) {
	piece := make([]byte, 64<<10)
	written := 0
	var err error
	for err == nil && written < 1<<30 {
		_, err = e.w1.Write(piece)
		e.ok(err)
		written += len(piece)
		err = async.Timeout(ctx, 20*time.Millisecond, e.w1.Drain)
	}
	e.is(err, async.ErrTimeout)
	e.check(written < 64<<20, "%d bytes were written and nobody has read", written)
	reader := async.Go(ctx, func(ctx context.Context) error {
		_, err := e.r2.ReadExactly(ctx, written)
		return err
	})
	e.ok(e.w1.Drain(ctx))
	e.ok(reader.Wait(ctx))
}

func (e *ends) deadPeer(ctx context.Context) {
	e.w2.Abort()
	e.ok(e.w2.WaitClosed(ctx))
	var err error
	for range 1000 {
		_, _ = e.w1.WriteString("are you there?")
		if err = e.w1.Drain(ctx); err != nil {
			break
		}
		e.ok(async.Sleep(ctx, time.Millisecond))
	}
	e.check(err != nil, "nobody has told that the peer is dead")
	_, err = e.w1.WriteString("x")
	e.check(err != nil, "a write after that")
	e.check(e.w1.Close() != nil, "Close does not tell")
}

func (e *ends) waitClosed(ctx context.Context) {
	data := make([]byte, 1<<20)
	_, err := e.w1.Write(data)
	e.ok(err)
	e.ok(e.w1.Close())
	e.ok(e.w1.Close())
	e.check(e.w1.IsClosing(), "not closing")
	_, err = e.w1.Write(data)
	e.is(err, net.ErrClosed)
	reader := async.Go(ctx, func(ctx context.Context) error {
		got, err := e.r2.ReadAll(ctx)
		if len(got) != len(data) {
			return fmt.Errorf("%d bytes came of %d: %w", len(got), len(data), err)
		}
		return err
	})
	e.ok(e.w1.WaitClosed(ctx))
	e.ok(e.w1.WaitClosed(ctx))
	e.ok(reader.Wait(ctx))
	e.is(e.w1.Drain(ctx), net.ErrClosed)
}

func (e *ends) closeWakes(ctx context.Context) {
	reader := async.Go(ctx, func(ctx context.Context) error {
		_, err := e.r1.ReadLine(ctx)
		return err
	})
	e.ok(async.Sleep(ctx, time.Millisecond))
	e.ok(e.w1.Close())
	e.is(reader.Wait(ctx), net.ErrClosed)
	e.ok(e.w1.WaitClosed(ctx))
}

func (e *ends) twoReaders(ctx context.Context) {
	first := async.Go(ctx, func(ctx context.Context) error {
		_, err := e.r1.ReadLine(ctx)
		return err
	})
	e.ok(async.Sleep(ctx, time.Millisecond))
	func() {
		defer func() {
			said := fmt.Sprint(recover())
			e.check(strings.Contains(said, "two tasks read"), "%s", said)
		}()
		_, _ = e.r1.Read(ctx, make([]byte, 1))
	}()
	_, err := e.w2.WriteString("line\n")
	e.ok(err)
	e.ok(first.Wait(ctx))
}

func (e *ends) addresses(context.Context) {
	for _, w := range []*streams.Writer{e.w1, e.w2} {
		e.check(w.LocalAddr() != nil && w.RemoteAddr() != nil, "an address is missing")
	}
}

func (e *ends) fairness(ctx context.Context) {
	const size = 8 << 20
	ticks, done := 0, false
	ticker := async.Go(ctx, func(ctx context.Context) error {
		for !done {
			ticks++
			if err := async.Yield(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	sender := async.Go(ctx, func(ctx context.Context) error {
		piece := make([]byte, 32<<10)
		for range size / len(piece) {
			if _, err := e.w1.Write(piece); err != nil {
				return err
			}
			if err := e.w1.Drain(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	_, err := e.r2.ReadExactly(ctx, size)
	e.ok(err)
	done = true
	e.ok(sender.Wait(ctx))
	e.ok(ticker.Wait(ctx))
	e.check(ticks >= size/(512<<10), "only %d turns while %d bytes came", ticks, size)
}

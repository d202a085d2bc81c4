package streamstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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

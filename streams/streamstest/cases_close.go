package streamstest

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

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

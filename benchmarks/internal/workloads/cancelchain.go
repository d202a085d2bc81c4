package workloads

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

// cancelChain: ten tasks, each waiting for the next, the last forever. The
// first is canceled; an operation ends when all have.
var cancelChain = measure.Workload{
	Name: "cancel-chain-10",
	Runners: append([]measure.Runner{
		{Name: "async", Body: sized(10, cancelChainAsync)},
		{Name: "context", Body: sized(10, cancelChainContext)},
	}, peers.Runners("cancelchain", 10)...),
}

func cancelChainAsync(b *testing.B, length int) {
	run(func(ctx context.Context) error {
		b.ResetTimer()
		for range b.N {
			ready := async.NewFuture[async.Void](ctx)
			first := async.Go(ctx, func(ctx context.Context) error { return link(ctx, length-1, ready) })
			if err := ready.Wait(ctx); err != nil {
				return err
			}
			first.Cancel()
			if err := mustBeCanceled(first.Wait(ctx)); err != nil {
				return err
			}
		}
		return nil
	})
}

// link runs a task with so many behind it.
func link(ctx context.Context, behind int, ready *async.Future[async.Void]) error {
	if behind == 0 {
		must(ready.SetResult(async.Void{}))
		return forever(ctx)
	}
	return async.Go(ctx, func(ctx context.Context) error { return link(ctx, behind-1, ready) }).Wait(ctx)
}

// forever waits for what never comes.
func forever(ctx context.Context) error {
	return async.NewFuture[async.Void](ctx).Wait(ctx)
}

// mustBeCanceled returns an error unless err is a cancellation.
func mustBeCanceled(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return fmt.Errorf("not canceled: %w", err)
}

// cancelChainContext does it with goroutines, each under a context made from
// that of the one before.
func cancelChainContext(b *testing.B, length int) {
	for range b.N {
		ctx, cancel := context.WithCancel(context.Background())
		ready, done := make(chan struct{}), make(chan struct{})
		go linkContext(ctx, length-1, ready, done)
		<-ready
		cancel()
		<-done
	}
}

// linkContext closes done when it and those behind it have ended.
func linkContext(ctx context.Context, behind int, ready, done chan struct{}) {
	defer close(done)
	if behind == 0 {
		close(ready)
		<-ctx.Done()
		return
	}
	next, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan struct{})
	go linkContext(next, behind-1, ready, ended)
	<-ended
}

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

// cancelChains: CPython's recursion ends before a chain of 10,000. Whether the
// work grows as the chain does is seen beside shorter chains.
var cancelChains = []measure.Workload{
	cancelChain("cancel-chain-10", 10, peers.Runners("cancelchain", 10)),
	cancelChain("cancel-chain-1000", 1000, peers.Runners("cancelchain", 1000), within("cpython", 0.5)),
	cancelChain("cancel-chain-100k", 100_000, []measure.Runner{{Name: "100 of 1,000", Body: cancelChainsOf1000}},
		within("100 of 1,000", 1.5)),
}

func cancelChain(name string, length int, others []measure.Runner, goals ...measure.Goal) measure.Workload {
	return measure.Workload{
		Name: name,
		About: "So many tasks, each waiting for the next, the last forever. The first is canceled, and waited for until all " +
			"have ended. An operation is one task.",
		Ops: length,
		Runners: append([]measure.Runner{
			{Name: "async", Body: sized(length, cancelChainAsync)},
			{Name: "context", Body: sized(length, cancelChainContext)},
		}, others...),
		Goals: goals,
	}
}

// cancelChainsOf1000 has a loop for each chain, whose coroutines are new as
// those of a long chain are.
func cancelChainsOf1000(b *testing.B) {
	for range 100 * b.N {
		run(func(ctx context.Context) error { return cancelChainTimes(ctx, 1, 1000) })
	}
}

func cancelChainAsync(b *testing.B, length int) {
	run(func(ctx context.Context) error {
		b.ResetTimer()
		return cancelChainTimes(ctx, b.N, length)
	})
}

func cancelChainTimes(ctx context.Context, times, length int) error {
	for range times {
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

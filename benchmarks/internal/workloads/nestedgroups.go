package workloads

import (
	"context"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var nestedGroups = measure.Workload{
	Name: "nested-groups-3",
	About: "Three groups, each in the body of the one around it, with three tasks each that wait forever. The outermost is " +
		"canceled. An operation ends when all have.",
	Runners: append([]measure.Runner{
		{Name: "async", Body: sized(3, nestedGroupsAsync)},
		{Name: "errgroup", Body: sized(3, nestedGroupsErrgroup)},
	}, peers.Runners("nestedgroups", 3)...),
	Goals: []measure.Goal{within("errgroup", 0.9)},
}

func nestedGroupsAsync(b *testing.B, depth int) {
	run(func(ctx context.Context) error {
		b.ResetTimer()
		for range b.N {
			ready := async.NewFuture[async.Void](ctx)
			outer := async.Go(ctx, func(ctx context.Context) error { return nest(ctx, depth, ready) })
			if err := ready.Wait(ctx); err != nil {
				return err
			}
			outer.Cancel()
			if err := mustBeCanceled(outer.Wait(ctx)); err != nil {
				return err
			}
		}
		return nil
	})
}

// nest runs so many groups inside one another; the last task of the innermost
// says that all are waiting.
func nest(ctx context.Context, depth int, ready *async.Future[async.Void]) error {
	return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		for range 3 {
			tg.Go(forever)
		}
		if depth > 1 {
			return nest(ctx, depth-1, ready)
		}
		tg.Go(func(context.Context) error { return ready.SetResult(async.Void{}) })
		return nil
	})
}

func nestedGroupsErrgroup(b *testing.B, depth int) {
	for range b.N {
		ctx, cancel := context.WithCancel(context.Background())
		ready, done := make(chan struct{}), make(chan error)
		go func() { done <- nestErrgroup(ctx, depth, ready) }()
		<-ready
		cancel()
		must(mustBeCanceled(<-done))
	}
}

func nestErrgroup(ctx context.Context, depth int, ready chan struct{}) error {
	g, ctx := errgroup.WithContext(ctx)
	for range 3 {
		g.Go(func() error {
			<-ctx.Done()
			return ctx.Err()
		})
	}
	if depth > 1 {
		g.Go(func() error { return nestErrgroup(ctx, depth-1, ready) })
	} else {
		g.Go(func() error {
			close(ready)
			return nil
		})
	}
	return g.Wait()
}

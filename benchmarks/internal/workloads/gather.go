package workloads

import (
	"context"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
)

// gathers: so many functions run concurrently and their values are collected.
// An operation is one function.
var gathers = []measure.Workload{
	gather("gather-10", 10),
	gather("gather-1000", 1000),
	gather("gather-100k", 100_000, within("errgroup", 0.85), ahead(15)),
}

func gather(name string, size int, goals ...measure.Goal) measure.Workload {
	return measure.Workload{
		Name: name,
		Ops:  size,
		Runners: []measure.Runner{
			{Name: "async", Body: sized(size, gatherAsync)},
			{Name: "errgroup", Body: sized(size, gatherErrgroup)},
			cpython("gather", size),
		},
		Goals: goals,
	}
}

func gatherAsync(b *testing.B, size int) {
	run(func(ctx context.Context) error {
		b.ResetTimer()
		for range b.N {
			coros := make([]async.Coro[int], size)
			for i := range coros {
				coros[i] = func(context.Context) (int, error) { return i, nil }
			}
			if _, err := async.Gather(ctx, coros...); err != nil {
				return err
			}
		}
		return nil
	})
}

// gatherErrgroup uses the plain group, which cancels nothing, as Gather does.
func gatherErrgroup(b *testing.B, size int) {
	for range b.N {
		var g errgroup.Group
		values := make([]int, size)
		for i := range values {
			g.Go(func() error {
				values[i] = i
				return nil
			})
		}
		must(g.Wait())
	}
}

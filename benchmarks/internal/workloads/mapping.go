package workloads

import (
	"context"
	"runtime"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
)

// mapping: a function of each of 1,000 arguments, at most 16 at a time, which
// lets others run once. An operation is one argument.
var mapping = measure.Workload{
	Name: "map-1000-limit-16",
	Ops:  1000,
	Runners: []measure.Runner{
		{Name: "async", Body: sized(1000, mapAsync)},
		{Name: "errgroup", Body: sized(1000, mapErrgroup)},
		cpython("map", 1000, mapLimit),
	},
}

const mapLimit = 16

func mapAsync(b *testing.B, size int) {
	args := make([]int, size)
	run(func(ctx context.Context) error {
		b.ResetTimer()
		for range b.N {
			if _, err := async.Map(ctx, mapLimit, args, successor); err != nil {
				return err
			}
		}
		return nil
	})
}

// successor suspends: else no two would ever be under way.
func successor(ctx context.Context, n int) (int, error) {
	return n + 1, async.Yield(ctx)
}

func mapErrgroup(b *testing.B, size int) {
	args := make([]int, size)
	for range b.N {
		g, _ := errgroup.WithContext(context.Background())
		g.SetLimit(mapLimit)
		values := make([]int, size)
		for i, arg := range args {
			g.Go(func() error {
				runtime.Gosched()
				values[i] = arg + 1
				return nil
			})
		}
		must(g.Wait())
	}
}

package workloads

import (
	"context"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
)

// groups: a task group of so many empty tasks. An operation is one task.
var groups = []measure.Workload{
	group("group-10", 10),
	group("group-1000", 1000),
	group("group-100k", 100_000),
}

func group(name string, size int) measure.Workload {
	return measure.Workload{
		Name: name,
		Ops:  size,
		Runners: []measure.Runner{
			{Name: "async", Body: sized(size, groupAsync)},
			{Name: "errgroup", Body: sized(size, groupErrgroup)},
			cpython("group", size),
		},
	}
}

func groupAsync(b *testing.B, size int) {
	run(func(ctx context.Context) error {
		b.ResetTimer()
		for range b.N {
			err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				for range size {
					tg.Go(nothing)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// groupErrgroup uses a group whose first error cancels, as a TaskGroup's does.
func groupErrgroup(b *testing.B, size int) {
	for range b.N {
		g, ctx := errgroup.WithContext(context.Background())
		for range size {
			g.Go(func() error { return nothing(ctx) })
		}
		must(g.Wait())
	}
}

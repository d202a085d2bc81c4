package workloads

import (
	"context"
	"testing"

	"github.com/alitto/pond/v2"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var groups = []measure.Workload{
	group("group-10", 10),
	group("group-1000", 1000),
	group("group-100k", 100_000),
}

func group(name string, size int) measure.Workload {
	return measure.Workload{
		Name:  name,
		About: "A group of so many empty tasks, the first error of which cancels the others. An operation is one task.",
		Ops:   size,
		Runners: append([]measure.Runner{
			{Name: "async", Body: sized(size, groupAsync)},
			{Name: "errgroup", Body: sized(size, groupErrgroup)},
			{Name: "conc", Body: sized(size, groupConc)},
			{Name: "pond", Body: sized(size, groupPond)},
		}, peers.Runners("group", size)...),
		Goals: []measure.Goal{within("errgroup", 0.8), ahead(14)},
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

func groupConc(b *testing.B, size int) {
	for range b.N {
		p := pool.New().WithContext(context.Background()).WithCancelOnError()
		for range size {
			p.Go(nothing)
		}
		must(p.Wait())
	}
}

func groupPond(b *testing.B, size int) {
	p := pond.NewPool(0)
	defer p.StopAndWait()
	b.ResetTimer()
	for range b.N {
		group := p.NewGroupContext(context.Background())
		ctx := group.Context()
		for range size {
			group.SubmitErr(func() error { return nothing(ctx) })
		}
		must(group.Wait())
	}
	b.StopTimer()
}

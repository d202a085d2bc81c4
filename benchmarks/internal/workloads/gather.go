package workloads

import (
	"context"
	"sync"
	"testing"

	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var gathers = []measure.Workload{
	gather("gather-10", 10),
	gather("gather-1000", 1000),
	gather("gather-100k", 100_000),
}

func gather(name string, size int) measure.Workload {
	return measure.Workload{
		Name:  name,
		About: "So many functions run concurrently, and their values are collected. An operation is one function.",
		Chart: "gather", Size: size,
		Ops: size,
		Runners: append([]measure.Runner{
			{Name: "async", Body: sized(size, gatherAsync)},
			{Name: "errgroup", Body: sized(size, gatherErrgroup)},
			{Name: "conc", Body: sized(size, gatherConc)},
			{Name: "pond", Body: sized(size, gatherPond)},
			{Name: "ants", Body: sized(size, gatherAnts)},
		}, peers.Runners("gather", size)...),
		Goals: []measure.Goal{within("errgroup", 0.7), ahead(16)},
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

func gatherConc(b *testing.B, size int) {
	for range b.N {
		p := pool.NewWithResults[int]()
		for i := range size {
			p.Go(func() int { return i })
		}
		mustBe(len(p.Wait()), size)
	}
}

// gatherPond uses a pool without a limit, made once.
func gatherPond(b *testing.B, size int) {
	p := pond.NewResultPool[int](0)
	defer p.StopAndWait()
	b.ResetTimer()
	for range b.N {
		group := p.NewGroup()
		for i := range size {
			group.Submit(func() int { return i })
		}
		values, err := group.Wait()
		must(err)
		mustBe(len(values), size)
	}
	b.StopTimer()
}

// gatherAnts uses a pool without a limit, made once; it collects nothing
// itself.
func gatherAnts(b *testing.B, size int) {
	p, err := ants.NewPool(0)
	must(err)
	defer p.Release()
	b.ResetTimer()
	for range b.N {
		var all sync.WaitGroup
		all.Add(size)
		values := make([]int, size)
		for i := range values {
			must(p.Submit(func() {
				defer all.Done()
				values[i] = i
			}))
		}
		all.Wait()
	}
	b.StopTimer()
}

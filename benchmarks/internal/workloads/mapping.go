package workloads

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/sourcegraph/conc/iter"
	"golang.org/x/sync/errgroup"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var mapping = measure.Workload{
	Name:  "map-1000-limit-16",
	About: "A function of each of 1,000 arguments, at most 16 at a time, which lets others run once. An operation is one argument.",
	Ops:   1000,
	Runners: append([]measure.Runner{
		{Name: "async", Body: sized(1000, mapAsync)},
		{Name: "errgroup", Body: sized(1000, mapErrgroup)},
		{Name: "conc", Body: sized(1000, mapConc)},
		{Name: "pond", Body: sized(1000, mapPond)},
		{Name: "ants", Body: sized(1000, mapAnts)},
	}, peers.Runners("map", 1000, mapLimit)...),
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

// mapConc has as many goroutines as may be under way, which take the arguments
// in turn.
func mapConc(b *testing.B, size int) {
	args := make([]int, size)
	mapper := iter.Mapper[int, int]{MaxGoroutines: mapLimit}
	for range b.N {
		values, err := mapper.MapErr(args, func(arg *int) (int, error) {
			runtime.Gosched()
			return *arg + 1, nil
		})
		must(err)
		mustBe(len(values), size)
	}
}

func mapPond(b *testing.B, size int) {
	args := make([]int, size)
	p := pond.NewResultPool[int](mapLimit)
	defer p.StopAndWait()
	b.ResetTimer()
	for range b.N {
		group := p.NewGroup()
		for _, arg := range args {
			group.SubmitErr(func() (int, error) {
				runtime.Gosched()
				return arg + 1, nil
			})
		}
		values, err := group.Wait()
		must(err)
		mustBe(len(values), size)
	}
	b.StopTimer()
}

func mapAnts(b *testing.B, size int) {
	args := make([]int, size)
	p, err := ants.NewPool(mapLimit)
	must(err)
	defer p.Release()
	b.ResetTimer()
	for range b.N {
		var all sync.WaitGroup
		all.Add(size)
		values := make([]int, size)
		for i, arg := range args {
			must(p.Submit(func() {
				defer all.Done()
				runtime.Gosched()
				values[i] = arg + 1
			}))
		}
		all.Wait()
	}
	b.StopTimer()
}

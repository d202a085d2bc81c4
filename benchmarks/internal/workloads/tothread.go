package workloads

import (
	"context"
	"testing"

	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
	"github.com/sourcegraph/conc"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var toThreads = []measure.Workload{
	{
		Name:  "tothread",
		About: "Empty functions run off the loop, one after the other. An operation is one function.",
		Runners: append([]measure.Runner{
			{Name: "async", Body: toThreadAsync},
			{Name: "go+chan", Body: goChan},
			{Name: "pond", Body: sized(1, awayPond)},
			{Name: "ants", Body: sized(1, awayAnts)},
		}, peers.Runners("tothread", 1)...),
		Goals: []measure.Goal{within("go+chan", 1.4), ahead(60), allocating(0)},
	},
	{
		Name:  "tothread-100",
		About: "A hundred tasks at once have an empty function run off the loop. An operation is one function.",
		Ops:   100,
		Runners: append([]measure.Runner{
			{Name: "async", Body: sized(100, toThreadsAsync)},
			{Name: "go+chan", Body: sized(100, goChans)},
			{Name: "conc", Body: sized(100, awayConc)},
			{Name: "pond", Body: sized(100, awayPond)},
			{Name: "ants", Body: sized(100, awayAnts)},
		}, peers.Runners("tothread", 100)...),
		Goals: []measure.Goal{within("go+chan", 1.3), ahead(40)},
	},
}

func toThreadAsync(b *testing.B) {
	run(func(ctx context.Context) error {
		b.ResetTimer()
		for range b.N {
			if err := async.ToThread(ctx, nothing); err != nil {
				return err
			}
		}
		b.StopTimer()
		return nil
	})
}

func toThreadsAsync(b *testing.B, atOnce int) {
	away := func(ctx context.Context) error { return async.ToThread(ctx, nothing) }
	run(func(ctx context.Context) error {
		b.ResetTimer()
		for range b.N {
			if err := waitAll(ctx, startAll(ctx, atOnce, away)); err != nil {
				return err
			}
		}
		return nil
	})
}

// goChans starts goroutines and waits for them all.
func goChans(b *testing.B, atOnce int) {
	done := make(chan struct{})
	for range b.N {
		for range atOnce {
			go func() { done <- struct{}{} }()
		}
		for range atOnce {
			<-done
		}
	}
}

func awayConc(b *testing.B, atOnce int) {
	for range b.N {
		var all conc.WaitGroup
		for range atOnce {
			all.Go(empty)
		}
		all.Wait()
	}
}

func awayPond(b *testing.B, atOnce int) {
	p := pond.NewPool(0)
	defer p.StopAndWait()
	away := make([]pond.Task, atOnce)
	b.ResetTimer()
	for range b.N {
		for i := range away {
			away[i] = p.Submit(empty)
		}
		for _, task := range away {
			must(task.Wait())
		}
	}
	b.StopTimer()
}

func awayAnts(b *testing.B, atOnce int) {
	p, err := ants.NewPool(0)
	must(err)
	defer p.Release()
	done := make(chan struct{})
	away := func() { done <- struct{}{} }
	b.ResetTimer()
	for range b.N {
		for range atOnce {
			must(p.Submit(away))
		}
		for range atOnce {
			<-done
		}
	}
	b.StopTimer()
}

func empty() {}

package workloads

import (
	"context"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
)

// toThreads: empty functions run off the loop, one after the other, and a
// hundred at once. An operation is one function.
var toThreads = []measure.Workload{
	{
		Name: "tothread",
		Runners: []measure.Runner{
			{Name: "async", Body: toThreadAsync},
			{Name: "go+chan", Body: goChan},
			cpython("tothread", 1),
		},
		Goals: []measure.Goal{within("go+chan", 1.7), ahead(90), allocating(measure.Open)},
	},
	{
		Name: "tothread-100",
		Ops:  100,
		Runners: []measure.Runner{
			{Name: "async", Body: sized(100, toThreadsAsync)},
			{Name: "go+chan", Body: sized(100, goChans)},
			cpython("tothread", 100),
		},
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

package workloads

import (
	"context"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var spawn = measure.Workload{
	Name:  "spawn-await",
	About: "An empty task is started and awaited. An operation is one task.",
	Runners: append([]measure.Runner{
		{Name: "async", Body: spawnAsync},
		{Name: "go+chan", Body: goChan},
	}, peers.Runners("spawn")...),
	Goals: []measure.Goal{
		within("go+chan", 0.75),
		ahead(16),
		allocating(1),
		{Metric: measure.Bytes, AtMost: 224},
	},
}

func spawnAsync(b *testing.B) {
	run(func(ctx context.Context) error {
		b.ResetTimer()
		for range b.N {
			if _, err := async.Go(ctx, nothing).Await(ctx); err != nil {
				return err
			}
		}
		b.StopTimer()
		return nil
	})
}

// goChan starts a goroutine and waits for it. The channel is made once: one
// each, as a handle of its own would need, costs a tenth more.
func goChan(b *testing.B) {
	done := make(chan struct{})
	for range b.N {
		go func() { done <- struct{}{} }()
		<-done
	}
}

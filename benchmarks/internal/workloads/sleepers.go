package workloads

import (
	"context"
	"iter"
	"runtime"
	"testing"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var sleepers = measure.Workload{
	Name:  "sleepers-1m",
	About: "A million tasks are started, sleep all at once, wake and end. An operation is one task; B/task is what it holds while it sleeps.",
	Ops:   million,
	Runners: append([]measure.Runner{
		{Name: "async", Body: sized(million, sleepersAsync)},
		{Name: "iterpull", Body: sized(million, sleepersPull)},
	}, peers.Runners("sleepers", million)...),
	Goals: []measure.Goal{
		within("iterpull", 1),
		{Metric: measure.TaskBytes, Peer: "iterpull", AtMost: 1.13},
		ahead(6),
	},
}

const million = 1_000_000

// sleepersAsync lets all tasks fall asleep in one iteration of the loop. Their
// time is up when it ends, so that nobody idles.
func sleepersAsync(b *testing.B, tasks int) {
	nap := func(ctx context.Context) error { return async.Sleep(ctx, time.Millisecond) }
	run(func(ctx context.Context) error {
		for range b.N {
			before := memory(b)
			asleep := startAll(ctx, tasks, nap)
			if err := async.Yield(ctx); err != nil {
				return err
			}
			b.ReportMetric(float64(memory(b)-before)/float64(tasks), string(measure.TaskBytes))
			if err := waitAll(ctx, asleep); err != nil {
				return err
			}
		}
		return nil
	})
}

// sleepersPull measures the floor: coroutines that are resumed twice.
func sleepersPull(b *testing.B, tasks int) {
	for range b.N {
		before := memory(b)
		asleep := make([]func() (struct{}, bool), tasks)
		for i := range asleep {
			asleep[i], _ = iter.Pull(suspendOnce)
			asleep[i]()
		}
		b.ReportMetric(float64(memory(b)-before)/float64(tasks), string(measure.TaskBytes))
		for _, next := range asleep {
			next()
		}
	}
}

func suspendOnce(yield func(struct{}) bool) { yield(struct{}{}) }

// memory returns how many bytes heap and stacks hold, off the clock. Only in a
// new process, and in its first unit, does a difference count everything: the
// runtime keeps what a dead goroutine leaves for the next.
func memory(b *testing.B) int64 {
	b.StopTimer()
	defer b.StartTimer()
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc + stats.StackInuse)
}

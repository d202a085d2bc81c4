package workloads

import (
	"context"
	"iter"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var yields = []measure.Workload{
	yield("yield-2", 2, within("iterpull", 0.95), within("chan", 0.5), ahead(18), allocating(0)),
	yield("yield-10", 10),
	yield("yield-100", 100),
	yield("yield-1000", 1000, within("iterpull", 1.15), within("chan", 0.65), ahead(7)),
	yield("yield-10k", 10_000),
	yield("yield-100k", 100_000, within("iterpull", 0.9), ahead(2.8)),
	yield("yield-1m", million, within("iterpull", 0.9), ahead(2.8)),
}

func yield(name string, tasks int, goals ...measure.Goal) measure.Workload {
	return measure.Workload{
		Name:  name,
		About: "So many tasks pass the baton around. An operation is one Yield; that tasks start and end is not measured.",
		Chart: "yield", Size: tasks,
		Ops: tasks,
		Runners: append([]measure.Runner{
			{Name: "async", Body: sized(tasks, yieldAsync)},
			{Name: "iterpull", Body: sized(tasks, yieldPull)},
			{Name: "chan", Body: sized(tasks, yieldChan)},
		}, peers.Runners("yield", tasks)...),
		Goals: goals,
	}
}

// yieldAsync has every task suspend b.N times. The first suspensions come
// before the timer starts, and a last one after it has stopped: no task starts
// or ends while others are measured.
func yieldAsync(b *testing.B, tasks int) {
	left := tasks
	member := func(ctx context.Context) error {
		for range b.N {
			if err := async.Yield(ctx); err != nil {
				return err
			}
		}
		if left--; left == 0 {
			b.StopTimer()
		}
		return async.Yield(ctx)
	}
	run(func(ctx context.Context) error {
		ring := startAll(ctx, tasks, member)
		if err := async.Yield(ctx); err != nil {
			return err
		}
		b.ResetTimer()
		return waitAll(ctx, ring)
	})
}

// yieldPull measures the floor: a bare ring of coroutines, each resumed in
// turn.
func yieldPull(b *testing.B, tasks int) {
	ring := make([]func() (struct{}, bool), tasks)
	for i := range ring {
		next, stop := iter.Pull(suspendForever)
		defer stop()
		next()
		ring[i] = next
	}
	b.ResetTimer()
	for range b.N {
		for _, next := range ring {
			next()
		}
	}
	b.StopTimer()
}

// suspendForever does nothing but suspend.
func suspendForever(yield func(struct{}) bool) {
	for yield(struct{}{}) {
	}
}

// yieldChan passes a token round a ring of goroutines, this one among them.
func yieldChan(b *testing.B, tasks int) {
	first := make(chan struct{})
	last := first
	for range tasks - 1 {
		in, out := last, make(chan struct{})
		go func() {
			for range b.N + 1 {
				<-in
				out <- struct{}{}
			}
		}()
		last = out
	}
	first <- struct{}{} // a round to start everybody
	<-last
	b.ResetTimer()
	for range b.N {
		first <- struct{}{}
		<-last
	}
	b.StopTimer()
}

package workloads

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
	"github.com/gobaton/async/primitives"
)

var locks = []measure.Workload{
	{
		Name:  "lock",
		About: "A lock that nobody else wants. An operation is one acquisition and release.",
		Runners: append([]measure.Runner{
			{Name: "async", Body: lockAsync},
			{Name: "sync.Mutex", Body: lockMutex},
		}, peers.Runners("lock", 1)...),
		Goals: []measure.Goal{within("sync.Mutex", 0.3), ahead(48), allocating(0)},
	},
	{
		Name:  "lock-contended-10",
		About: "A lock that ten want, each of which lets the others run while holding it. An operation is one acquisition.",
		Ops:   10,
		Runners: append([]measure.Runner{
			{Name: "async", Body: sized(10, contendedAsync)},
			{Name: "sync.Mutex", Body: sized(10, contendedMutex)},
		}, peers.Runners("lock", 10)...),
		Goals: []measure.Goal{within("sync.Mutex", 0.8), ahead(16), allocating(0)},
	},
}

func lockAsync(b *testing.B) {
	run(func(ctx context.Context) error {
		var l primitives.Lock
		b.ResetTimer()
		for range b.N {
			if err := l.Acquire(ctx); err != nil {
				return err
			}
			l.Release()
		}
		b.StopTimer()
		return nil
	})
}

func lockMutex(b *testing.B) {
	var mu sync.Mutex
	for range b.N {
		mu.Lock()
		mu.Unlock() //lint:ignore SA2001 the section is empty on purpose
	}
}

func contendedAsync(b *testing.B, tasks int) {
	var l primitives.Lock
	run(func(ctx context.Context) error {
		return contend(ctx, b, tasks, l.Acquire, l.Release)
	})
}

// contend has tasks take and give back something that they hold over a Yield.
func contend(ctx context.Context, b *testing.B, tasks int, acquire func(context.Context) error, release func()) error {
	member := func(ctx context.Context) error {
		for range b.N {
			if err := acquire(ctx); err != nil {
				return err
			}
			if err := async.Yield(ctx); err != nil {
				return err
			}
			release()
		}
		return nil
	}
	b.ResetTimer()
	return waitAll(ctx, startAll(ctx, tasks, member))
}

func contendedMutex(b *testing.B, goroutines int) {
	var mu sync.Mutex
	contendParallel(b, goroutines, mu.Lock, mu.Unlock)
}

// contendParallel does what contend does, with goroutines.
func contendParallel(b *testing.B, goroutines int, acquire, release func()) {
	var wg sync.WaitGroup
	b.ResetTimer()
	for range goroutines {
		wg.Go(func() {
			for range b.N {
				acquire()
				runtime.Gosched()
				release()
			}
		})
	}
	wg.Wait()
}

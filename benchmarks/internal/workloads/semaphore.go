package workloads

import (
	"context"
	"testing"

	"golang.org/x/sync/semaphore"

	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
	"github.com/gobaton/async/primitives"
)

var semaphores = []measure.Workload{
	{
		Name:  "semaphore",
		About: "A semaphore that nobody else wants. An operation is one acquisition and release.",
		Runners: append([]measure.Runner{
			{Name: "async", Body: semaphoreAsync},
			{Name: "x/sync", Body: semaphoreWeighted},
		}, peers.Runners("semaphore", 1)...),
		Goals: []measure.Goal{allocating(measure.Open)},
	},
	{
		Name:  "semaphore-contended-10",
		About: "A semaphore of two permits that ten want. An operation is one acquisition.",
		Ops:   10,
		Runners: append([]measure.Runner{
			{Name: "async", Body: sized(10, contendedSemaphoreAsync)},
			{Name: "x/sync", Body: sized(10, contendedSemaphoreWeighted)},
		}, peers.Runners("semaphore", 10)...),
	},
}

func semaphoreAsync(b *testing.B) {
	run(func(ctx context.Context) error {
		s := primitives.NewSemaphore(2)
		b.ResetTimer()
		for range b.N {
			if err := s.Acquire(ctx); err != nil {
				return err
			}
			s.Release()
		}
		b.StopTimer()
		return nil
	})
}

func semaphoreWeighted(b *testing.B) {
	s, ctx := semaphore.NewWeighted(2), context.Background()
	for range b.N {
		must(s.Acquire(ctx, 1))
		s.Release(1)
	}
}

func contendedSemaphoreAsync(b *testing.B, tasks int) {
	s := primitives.NewSemaphore(2)
	run(func(ctx context.Context) error {
		return contend(ctx, b, tasks, s.Acquire, s.Release)
	})
}

func contendedSemaphoreWeighted(b *testing.B, goroutines int) {
	s := semaphore.NewWeighted(2)
	contendParallel(b, goroutines,
		func() { must(s.Acquire(context.Background(), 1)) },
		func() { s.Release(1) })
}

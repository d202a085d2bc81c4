package workloads

import (
	"context"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
	"github.com/gobaton/async/primitives"
)

var queues = []measure.Workload{
	queue("queue-1", 1, measure.Runner{Name: "unbuffered chan", Body: sized(0, queueChan)},
		within("unbuffered chan", 1.1), ahead(25), allocating(0)),
	queue("queue-1000", 1000, measure.Runner{Name: "buffered chan", Body: sized(1000, queueChan)},
		within("buffered chan", 0.3), ahead(40), allocating(0)),
}

func queue(name string, size int, peer measure.Runner, goals ...measure.Goal) measure.Workload {
	return measure.Workload{
		Name:  name,
		About: "Items from one task to another. An operation is one item.",
		Runners: append([]measure.Runner{
			{Name: "async", Body: sized(size, queueAsync)},
			peer,
		}, peers.Runners("queue", size)...),
		Goals: goals,
	}
}

func queueAsync(b *testing.B, size int) {
	run(func(ctx context.Context) error {
		q := primitives.NewQueue[int](size)
		b.ResetTimer()
		producer := async.Go(ctx, func(ctx context.Context) error {
			for i := range b.N {
				if err := q.Put(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
		for range b.N {
			if _, err := q.Get(ctx); err != nil {
				return err
			}
		}
		b.StopTimer()
		return producer.Wait(ctx)
	})
}

func queueChan(b *testing.B, size int) {
	items := make(chan int, size)
	go func() {
		for i := range b.N {
			items <- i
		}
	}()
	for range b.N {
		<-items
	}
}

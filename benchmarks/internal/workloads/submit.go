package workloads

import (
	"context"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var submit = measure.Workload{
	Name:  "submit",
	About: "Another goroutine has the loop run an empty coroutine and waits for its result. An operation is one coroutine.",
	Runners: append([]measure.Runner{
		{Name: "async", Body: submitAsync},
		{Name: "chan", Body: submitChan},
	}, peers.Runners("submit")...),
	Goals: []measure.Goal{within("chan", 1.6), ahead(100)},
}

func submitAsync(b *testing.B) {
	run(func(ctx context.Context) error {
		portal, done := async.RunningLoop(ctx).Portal(), async.NewFuture[async.Void](ctx)
		go func() {
			b.ResetTimer()
			for range b.N {
				_, err := async.Submit(portal, giveOne).Wait(context.Background())
				must(err)
			}
			b.StopTimer()
			_, err := portal.CallSoonThreadsafe(func() { must(done.SetResult(async.Void{})) })
			must(err)
		}()
		err := done.Wait(ctx)
		must(portal.Close())
		return err
	})
}

// giveOne returns 1.
func giveOne(context.Context) (int, error) { return 1, nil }

// submitChan asks a goroutine that serves requests, each with a channel for
// its answer.
func submitChan(b *testing.B) {
	type request struct {
		coro   async.Coro[int]
		answer chan int
	}
	requests := make(chan request)
	defer close(requests)
	go func() {
		for r := range requests {
			value, err := r.coro(context.Background())
			must(err)
			r.answer <- value
		}
	}()
	b.ResetTimer()
	for range b.N {
		r := request{coro: giveOne, answer: make(chan int, 1)}
		requests <- r
		<-r.answer
	}
}

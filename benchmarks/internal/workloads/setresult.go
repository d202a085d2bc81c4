package workloads

import (
	"context"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var setResult = measure.Workload{
	Name:  "set-result",
	About: "A new future is awaited, and a callback sets its result. An operation is one future.",
	Runners: append([]measure.Runner{
		{Name: "async", Body: setResultAsync},
		{Name: "chan", Body: setResultChan},
	}, peers.Runners("setresult")...),
}

func setResultAsync(b *testing.B) {
	run(func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		var future *async.Future[int]
		set := func() { must(future.SetResult(1)) }
		b.ResetTimer()
		for range b.N {
			future = async.NewFuture[int](ctx)
			loop.CallSoon(set)
			if _, err := future.Await(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// setResultChan hands a new channel to a goroutine that answers on it.
func setResultChan(b *testing.B) {
	asked := make(chan chan int)
	defer close(asked)
	go func() {
		for answer := range asked {
			answer <- 1
		}
	}()
	b.ResetTimer()
	for range b.N {
		answer := make(chan int, 1)
		asked <- answer
		<-answer
	}
}

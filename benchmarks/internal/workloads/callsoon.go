package workloads

import (
	"context"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var callSoon = measure.Workload{
	Name:  "callsoon",
	About: "A callback asks to be called again. An operation is one call.",
	Runners: append([]measure.Runner{
		{Name: "async", Body: callSoonAsync},
		{Name: "chan", Body: callSoonChan},
	}, peers.Runners("callsoon")...),
}

func callSoonAsync(b *testing.B) {
	run(func(ctx context.Context) error {
		loop, done := async.RunningLoop(ctx), async.NewFuture[async.Void](ctx)
		left := b.N
		var again func()
		again = func() {
			if left--; left == 0 {
				must(done.SetResult(async.Void{}))
				return
			}
			loop.CallSoon(again)
		}
		b.ResetTimer()
		loop.CallSoon(again)
		return done.Wait(ctx)
	})
}

// callSoonChan runs a loop in one line: a channel of functions.
func callSoonChan(b *testing.B) {
	queue := make(chan func(), 1)
	left := b.N
	var again func()
	again = func() {
		if left--; left == 0 {
			close(queue)
			return
		}
		queue <- again
	}
	b.ResetTimer()
	queue <- again
	for fn := range queue {
		fn()
	}
}

package workloads

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var calls = []measure.Workload{
	{
		Name:  "call",
		About: callAbout + "One goroutine does so.",
		Runners: append([]measure.Runner{
			{Name: "async", Body: sized(1, callAsync)},
			{Name: "chan", Body: sized(1, callChan)},
			{Name: "sync.Mutex", Body: sized(1, callMutex)},
		}, peers.Runners("submit")...),
		Goals: []measure.Goal{allocating(measure.Open)},
	},
	{
		Name:  "call-100",
		About: callAbout + "A hundred do so at once.",
		Ops:   100,
		Runners: []measure.Runner{
			{Name: "async", Body: sized(100, callAsync)},
			{Name: "chan", Body: sized(100, callChan)},
			{Name: "sync.Mutex", Body: sized(100, callMutex)},
		},
		Goals: []measure.Goal{allocating(measure.Open)},
	},
}

const callAbout = "Goroutines outside change what others change too, as the handlers of a server do: through a loop, " +
	"under a mutex, by asking a goroutine that owns it. An operation is one change. "

func callAsync(b *testing.B, callers int) {
	var r async.Runner
	portal := r.Start(context.Background())
	count := 0
	fromMany(b, callers, func() {
		must(async.Call(context.Background(), portal, func(context.Context) error {
			count++
			return nil
		}))
	})
	must(r.Close())
	mustBe(count, b.N*callers)
}

// callChan asks the goroutine that owns the count, and waits for its answer.
func callChan(b *testing.B, callers int) {
	count := 0
	requests := make(chan chan struct{})
	go func() {
		for answer := range requests {
			count++
			answer <- struct{}{}
		}
	}()
	fromMany(b, callers, func() {
		answer := make(chan struct{}, 1)
		requests <- answer
		<-answer
	})
	close(requests)
	mustBe(count, b.N*callers)
}

func callMutex(b *testing.B, callers int) {
	var mu sync.Mutex
	count := 0
	fromMany(b, callers, func() {
		mu.Lock()
		defer mu.Unlock()
		count++
	})
	mustBe(count, b.N*callers)
}

// fromMany calls f b.N times in each of as many goroutines as there are
// callers.
func fromMany(b *testing.B, callers int, f func()) {
	var all sync.WaitGroup
	b.ResetTimer()
	for range callers {
		all.Go(func() {
			for range b.N {
				f()
			}
		})
	}
	all.Wait()
	b.StopTimer()
}

func mustBe(got, want int) {
	if got != want {
		panic(fmt.Sprintf("%d, not %d", got, want))
	}
}

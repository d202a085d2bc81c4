package workloads

import (
	"context"
	"sync"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
	"github.com/gobaton/async/primitives"
)

var event = measure.Workload{
	Name:  "event-1000",
	About: "A thousand tasks wait for an event, again and again. An operation is one of them woken.",
	Ops:   1000,
	Runners: append([]measure.Runner{
		{Name: "async", Body: sized(1000, eventAsync)},
		{Name: "chan", Body: sized(1000, eventChan)},
	}, peers.Runners("event", 1000)...),
}

// eventAsync sets two events by turns: those whom one woke wait for the other.
func eventAsync(b *testing.B, waiters int) {
	var events [2]primitives.Event
	woken := 0
	waiter := func(ctx context.Context) error {
		for i := range b.N {
			if err := events[i%2].Wait(ctx); err != nil {
				return err
			}
			woken++
		}
		return nil
	}
	run(func(ctx context.Context) error {
		started := startAll(ctx, waiters, waiter)
		if err := async.Yield(ctx); err != nil {
			return err
		}
		b.ResetTimer()
		for i := range b.N {
			events[(i+1)%2].Clear()
			events[i%2].Set()
			for woken < (i+1)*waiters {
				if err := async.Yield(ctx); err != nil {
					return err
				}
			}
		}
		return waitAll(ctx, started)
	})
}

// eventChan closes channels, one each time.
func eventChan(b *testing.B, waiters int) {
	events := make([]chan struct{}, b.N)
	for i := range events {
		events[i] = make(chan struct{})
	}
	var woken sync.WaitGroup
	for range waiters {
		go func() {
			for _, event := range events {
				<-event
				woken.Done()
			}
		}()
	}
	b.ResetTimer()
	for _, event := range events {
		woken.Add(waiters)
		close(event)
		woken.Wait()
	}
}

package workloads

import (
	"context"
	"sync"
	"testing"

	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
	"github.com/gobaton/async/primitives"
)

var barrier = measure.Workload{
	Name:  "barrier-10",
	About: "Ten tasks meet, again and again. An operation is one arrival.",
	Ops:   10,
	Runners: append([]measure.Runner{
		{Name: "async", Body: sized(10, barrierAsync)},
		{Name: "sync.Cond", Body: sized(10, barrierCond)},
	}, peers.Runners("barrier", 10)...),
	Goals: []measure.Goal{within("sync.Cond", 1.2)},
}

func barrierAsync(b *testing.B, parties int) {
	meeting := primitives.NewBarrier(parties)
	member := func(ctx context.Context) error {
		for range b.N {
			if _, err := meeting.Wait(ctx); err != nil {
				return err
			}
		}
		return nil
	}
	run(func(ctx context.Context) error {
		b.ResetTimer()
		return waitAll(ctx, startAll(ctx, parties, member))
	})
}

func barrierCond(b *testing.B, parties int) {
	meeting := &condBarrier{parties: parties, changed: sync.Cond{L: &sync.Mutex{}}}
	var wg sync.WaitGroup
	b.ResetTimer()
	for range parties {
		wg.Go(func() {
			for range b.N {
				meeting.wait()
			}
		})
	}
	wg.Wait()
}

// condBarrier is the usual barrier out of a sync.Cond.
type condBarrier struct {
	parties int
	arrived int
	round   int
	changed sync.Cond
}

// wait returns when all parties have called it.
func (c *condBarrier) wait() {
	c.changed.L.Lock()
	defer c.changed.L.Unlock()
	if c.arrived++; c.arrived == c.parties {
		c.arrived = 0
		c.round++
		c.changed.Broadcast()
		return
	}
	for round := c.round; round == c.round; {
		c.changed.Wait()
	}
}

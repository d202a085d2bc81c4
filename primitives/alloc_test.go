package primitives_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// run runs f as a program does: asynctest.Run notes more, for its reports.
func run(t *testing.T, f func(ctx context.Context)) {
	r := async.Runner{Clock: asynctest.NewClock()}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		f(ctx)
		return nil
	}))
	require.NoError(t, r.Close())
}

// Neither an operation that need not wait nor one that waits allocates; Select
// does, once, when it waits.
func TestPrimitivesAllocateNothingForAWait(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0")
	run(t, func(ctx context.Context) {
		var l primitives.Lock
		var e, back primitives.Event
		s, q, b := primitives.NewSemaphore(1), primitives.NewQueue[int](1), primitives.NewBarrier(2)
		contend := func(acquire func(ctx context.Context) error, release func()) func(ctx context.Context) {
			return func(ctx context.Context) {
				if acquire(ctx) == nil {
					_ = async.Yield(ctx)
					release()
				}
			}
		}
		for _, c := range []struct {
			name        string
			here, there func(ctx context.Context)
		}{
			{"Lock", contend(l.Acquire, l.Release), contend(l.Acquire, l.Release)},
			{"Semaphore", contend(s.Acquire, s.Release), contend(s.Acquire, s.Release)},
			{"Event",
				func(ctx context.Context) { back.Clear(); e.Set(); _ = back.Wait(ctx) },
				func(ctx context.Context) { _ = e.Wait(ctx); e.Clear(); back.Set() }},
			{"Queue",
				func(ctx context.Context) { _ = q.Put(ctx, 1) },
				func(ctx context.Context) { _, _ = q.Get(ctx) }},
			{"Barrier",
				func(ctx context.Context) { _, _ = b.Wait(ctx) },
				func(ctx context.Context) { _, _ = b.Wait(ctx) }},
		} {
			other := start(ctx, c.name, func(ctx context.Context) error {
				for ctx.Err() == nil {
					c.there(ctx)
				}
				return nil
			})
			settle(ctx)
			require.Zero(t, testing.AllocsPerRun(1000, func() { c.here(ctx) }), c.name)
			other.Cancel()
			_ = other.Wait(ctx)
		}
	})
}

func TestSelectAllocatesOnceForAWait(t *testing.T) {
	run(t, func(ctx context.Context) {
		a, b := primitives.NewQueue[int](1), primitives.NewQueue[int](1)
		cases := []primitives.Case{a.OnGet(nil), b.OnGet(nil), primitives.After(tick)}
		n := testing.AllocsPerRun(1000, func() { _, _ = primitives.Select(ctx, cases...) })
		require.LessOrEqual(t, n, 1.0)
	})
}

package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestBarrier_reset_barrier(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(1)
		async.Go(ctx, b.Reset)
		yields(t, ctx, 1)
		requireAtRest(t, b)
	})
}

func TestBarrier_reset_barrier_while_tasks_waiting(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(parties)
		var got record
		tasks := starting(ctx, parties-1, func(ctx context.Context) error {
			noteBroken(t, &got, "broken", waitOnce(b)(ctx))
			return nil
		})
		yields(t, ctx, 1)
		async.Go(ctx, b.Reset)
		_, err := async.Gather(ctx, tasks...)
		require.NoError(t, err)
		requireCounts(t, got, map[string]int{"broken": parties - 1})
		requireReset(t, b)
	})
}

func TestBarrier_reset_barrier_when_tasks_half_draining(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		const rest = parties / 2
		b := primitives.NewBarrier(parties)
		var got record
		out := 0
		runTogether(t, ctx, parties, func(ctx context.Context) {
			if noteBroken(t, &got, "broken", waitOnce(b)(ctx)) {
				return
			}
			if out++; parties-out == rest {
				require.NoError(t, b.Reset(ctx))
			}
		})
		requireCounts(t, got, map[string]int{"broken": rest})
		requireReset(t, b)
	})
}

func TestBarrier_reset_barrier_when_tasks_half_draining_half_blocking(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		const blocking = parties / 2
		b := primitives.NewBarrier(parties)
		var got record
		out := 0
		runTogether(t, ctx, parties, func(ctx context.Context) {
			if noteBroken(t, &got, "draining", waitOnce(b)(ctx)) {
				require.NoError(t, waitOnce(b)(ctx))
				return
			}
			if out++; out > blocking {
				require.NoError(t, b.Reset(ctx))
				require.NoError(t, waitOnce(b)(ctx))
				return
			}
			noteBroken(t, &got, "blocked", waitOnce(b)(ctx))
		})
		requireCounts(t, got, map[string]int{"draining": blocking}) // who came after is not concerned
		requireReset(t, b)
	})
}

func TestBarrier_reset_barrier_while_tasks_waiting_and_waiting_again(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(parties)
		var got record
		tasks := starting(ctx, parties-1, func(ctx context.Context) error {
			noteBroken(t, &got, "broken", waitOnce(b)(ctx))
			return noteAfter(&got, "passed", waitOnce(b))(ctx)
		})
		async.Go(ctx, b.Reset)
		yields(t, ctx, 1)
		async.Go(ctx, noteAfter(&got, "passed", waitOnce(b)))
		_, err := async.Gather(ctx, tasks...)
		require.NoError(t, err)
		requireCounts(t, got, map[string]int{"broken": parties - 1, "passed": parties})
		requireAtRest(t, b)
	})
}

func TestBarrier_reset_barrier_while_tasks_draining(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(parties)
		var got record
		out := 0
		runTogether(t, ctx, parties, func(ctx context.Context) {
			require.NoError(t, waitOnce(b)(ctx))
			if out++; out == parties { // all have left
				require.NoError(t, b.Reset(ctx))
				require.NoError(t, waitOnce(b)(ctx))
			} else if !noteBroken(t, &got, "broken", waitOnce(b)(ctx)) {
				got.add("second")
			}
			require.NoError(t, noteAfter(&got, "third", waitOnce(b))(ctx))
		})
		requireCounts(t, got, map[string]int{"second": parties - 1, "third": parties})
		requireAtRest(t, b)
	})
}

func TestBarrier_abort_barrier(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(1)
		async.Go(ctx, b.Abort)
		yields(t, ctx, 1)
		require.Zero(t, b.Waiting())
		require.True(t, b.Broken())
	})
}

func TestBarrier_abort_barrier_when_tasks_half_draining_half_blocking(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		const blocking = parties / 2
		b := primitives.NewBarrier(parties)
		var got record
		out := 0
		runTogether(t, ctx, parties, func(ctx context.Context) {
			if noteBroken(t, &got, "draining", waitOnce(b)(ctx)) {
				return
			}
			if out++; out > blocking {
				require.NoError(t, b.Abort(ctx))
				return
			}
			noteBroken(t, &got, "blocked", waitOnce(b)(ctx))
		})
		requireCounts(t, got, map[string]int{"draining": blocking, "blocked": parties - blocking - 1})
		require.True(t, b.Broken())
		require.Zero(t, b.Waiting())
		require.NotContains(t, b.String(), "resetting")
	})
}

func TestBarrier_abort_barrier_when_exception(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(parties)
		var got record
		runTogether(t, ctx, parties, func(ctx context.Context) {
			i, err := b.Wait(ctx)
			switch {
			case noteBroken(t, &got, "broken", err):
			case i == parties/2: // something goes wrong here
				require.NoError(t, b.Abort(ctx))
			case !noteBroken(t, &got, "broken", waitOnce(b)(ctx)):
				got.add("passed")
			}
		})
		requireCounts(t, got, map[string]int{"broken": parties - 1})
		require.True(t, b.Broken())
		require.Zero(t, b.Waiting())
	})
}

func TestBarrier_abort_barrier_when_exception_then_resetting(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b1, b2 := primitives.NewBarrier(parties), primitives.NewBarrier(parties)
		var got record
		runTogether(t, ctx, parties, func(ctx context.Context) {
			i, err := b1.Wait(ctx)
			switch {
			case noteBroken(t, &got, "broken", err):
			case i == parties/2:
				require.NoError(t, b1.Abort(ctx))
			case !noteBroken(t, &got, "broken", waitOnce(b1)(ctx)):
				got.add("passed")
			}
			i, err = b2.Wait(ctx) // all have left b1
			require.NoError(t, err)
			if i == parties/2 {
				require.NoError(t, b1.Reset(ctx))
			}
			require.NoError(t, waitOnce(b2)(ctx)) // none enters it before
			require.NoError(t, noteAfter(&got, "again", waitOnce(b1))(ctx))
		})
		requireCounts(t, got, map[string]int{"broken": parties - 1, "again": parties})
		requireAtRest(t, b1)
	})
}

// requireReset requires a barrier to be as it was made.
func requireReset(t *testing.T, b *primitives.Barrier) {
	t.Helper()
	requireAtRest(t, b)
	require.NotContains(t, b.String(), "resetting")
}

package primitives_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// meet starts tasks that wait at b and tell how that ended.
func meet(ctx context.Context, b *primitives.Barrier, j *journal, names ...string) []*async.Task[async.Void] {
	var tasks []*async.Task[async.Void]
	for _, name := range names {
		tasks = append(tasks, start(ctx, name, func(ctx context.Context) error {
			i, err := b.Wait(ctx)
			j.add("%s %d %s", name, i, text(err))
			return err
		}))
	}
	return tasks
}

func TestBarrierLetsAllGoOnWhenAllHaveCome(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(3)
		var j journal
		tasks := meet(ctx, b, &j, "a", "b")
		settle(ctx)
		require.Empty(t, j)
		require.Equal(t, 2, b.Waiting())
		tasks = append(tasks, meet(ctx, b, &j, "c")...)
		wait(t, ctx, tasks...)
		require.Equal(t, journal{"c 2 ok", "a 0 ok", "b 1 ok"}, j, "the last does not suspend")
	})
}

func TestBarrierServesRoundAfterRound(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(2)
		var j journal
		wait(t, ctx, meet(ctx, b, &j, "a", "b", "c", "d")...)
		require.Equal(t, journal{"b 1 ok", "a 0 ok", "d 1 ok", "c 0 ok"}, j)
		require.Zero(t, b.Waiting())
	})
}

func TestBarrierPartyThatIsCanceledHasNotCome(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(2)
		var j journal
		first := meet(ctx, b, &j, "first")[0]
		settle(ctx)
		first.Cancel()
		settle(ctx)
		require.Zero(t, b.Waiting())
		wait(t, ctx, meet(ctx, b, &j, "a", "b")...)
		require.Equal(t, journal{"first 0 canceled", "b 1 ok", "a 0 ok"}, j)
		require.True(t, first.Canceled())
	})
}

func TestBarrierAbortBreaksItUntilAReset(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(2)
		var j journal
		first := meet(ctx, b, &j, "first")[0]
		settle(ctx)
		require.NoError(t, b.Abort(ctx))
		require.ErrorIs(t, first.Wait(ctx), primitives.ErrBrokenBarrier)
		require.True(t, b.Broken())
		_, err := b.Wait(ctx)
		require.ErrorIs(t, err, primitives.ErrBrokenBarrier)
		require.NoError(t, b.Reset(ctx))
		require.False(t, b.Broken())
		wait(t, ctx, meet(ctx, b, &j, "a", "b")...)
	})
}

func TestBarrierResetSendsTheWaitersAway(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(3)
		var j journal
		tasks := meet(ctx, b, &j, "a", "b")
		settle(ctx)
		require.NoError(t, b.Reset(ctx))
		for _, task := range tasks {
			require.ErrorIs(t, task.Wait(ctx), primitives.ErrBrokenBarrier)
		}
		wait(t, ctx, meet(ctx, b, &j, "c", "d", "e")...)
	})
}

func TestBarrierOfOneNeverSuspends(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(1)
		other := false
		start(ctx, "other", func(context.Context) error { other = true; return nil })
		for range 3 {
			i, err := b.Wait(ctx)
			require.NoError(t, err)
			require.Zero(t, i)
		}
		require.False(t, other)
	})
}

func TestBarrierMisuse(t *testing.T) {
	misuse(t, "give the number", func() { primitives.NewBarrier(0) })
	asynctest.Run(t, func(ctx context.Context) {
		var zero primitives.Barrier
		misuse(t, "NewBarrier", func() { _, _ = zero.Wait(ctx) })
		misuse(t, "NewBarrier", func() { _ = zero.Abort(ctx) })
		misuse(t, "NewBarrier", func() { _ = zero.Reset(ctx) })
	})
}

func TestBarrierTellsItsState(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(2)
		var j journal
		require.Equal(t, 2, b.Parties())
		tasks := meet(ctx, b, &j, "a")
		settle(ctx)
		require.Equal(t, "<Barrier [filling, waiters:1/2]>", b.String())
		require.NoError(t, b.Abort(ctx))
		require.Equal(t, "<Barrier [broken]>", b.String())
		require.Error(t, tasks[0].Wait(ctx))
	})
	b := primitives.NewBarrier(3)
	require.Contains(t, deadlock(t, async.Runner{}, func(ctx context.Context) error {
		_, err := b.Wait(ctx)
		return err
	}), "waits for a Barrier that 1 of 3 have reached")
}

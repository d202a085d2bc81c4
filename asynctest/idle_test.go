package asynctest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestWaitIdleReturnsWhenAllOthersAreBlocked(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		steps := 0
		worker := async.Go(ctx, func(ctx context.Context) error {
			for range 100 {
				steps++
				if err := async.Yield(ctx); err != nil {
					return err
				}
			}
			return async.Sleep(ctx, time.Second)
		})
		require.NoError(t, asynctest.WaitIdle(ctx))
		require.Equal(t, 100, steps)
		require.False(t, worker.Done())
		require.Zero(t, async.RunningLoop(ctx).Time())
	})
}

func TestWaitIdleLetsSeveralTasksGoOnOneByOne(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var order []string
		idle := func(name string) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				err := asynctest.WaitIdle(ctx)
				order = append(order, name)
				_ = async.Yield(ctx)
				order = append(order, name)
				return err
			}
		}
		a, b := async.Go(ctx, idle("a")), async.Go(ctx, idle("b"))
		require.NoError(t, a.Wait(ctx))
		require.NoError(t, b.Wait(ctx))
		require.Equal(t, []string{"a", "a", "b", "b"}, order)
	})
}

func TestWaitIdleIsCanceled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, asynctest.WaitIdle)
		_ = async.Yield(ctx)
		task.Cancel()
		require.ErrorIs(t, task.Wait(ctx), context.Canceled)
		require.NoError(t, asynctest.WaitIdle(ctx), "the one that was canceled is out of the line")
	})
}

func TestAdvanceDoesAllThatFallsDueMeanwhile(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		ticks := 0
		async.Go(ctx, func(ctx context.Context) error {
			for {
				if err := async.Sleep(ctx, time.Second); err != nil {
					return err
				}
				_ = async.Yield(ctx)
				ticks++
			}
		})
		for n := 1; n <= 3; n++ {
			require.NoError(t, asynctest.Advance(ctx, 10*time.Second))
			require.Equal(t, 10*n, ticks)
		}
	})
}

func TestAdvancePanicsOnAClockThatCannotBeMoved(t *testing.T) {
	err := async.Run(t.Context(), func(ctx context.Context) error {
		require.PanicsWithValue(t, "asynctest: Advance on a clock that cannot be moved: use asynctest.Run, or give the Runner an asynctest.NewClock", func() {
			_ = asynctest.Advance(ctx, time.Second)
		})
		return nil
	})
	require.NoError(t, err)
}

package cpython

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestTimeout_timeout_basic(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		require.ErrorIs(t, scope.Do(ctx, sleep(10*time.Second)), async.ErrTimeout)
		require.True(t, scope.Expired())
	})
}

func TestTimeout_timeout_at_basic(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		deadline := async.RunningLoop(ctx).Now().Add(10 * ms)
		scope := async.NewTimeoutAt(deadline)
		require.ErrorIs(t, scope.Do(ctx, sleep(10*time.Second)), async.ErrTimeout)
		require.True(t, scope.Expired())
		require.Equal(t, deadline, scope.When())
	})
}

func TestTimeout_nested_timeouts(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		deadline := async.RunningLoop(ctx).Now().Add(10 * ms)
		outer, inner := async.NewTimeoutAt(deadline), async.NewTimeoutAt(deadline)
		err := outer.Do(ctx, func(ctx context.Context) error {
			err := inner.Do(ctx, sleep(10*time.Second))
			requireCanceled(t, err) // only the outer one times out
			return err
		})
		require.ErrorIs(t, err, async.ErrTimeout)
		require.True(t, outer.Expired())
		require.True(t, inner.Expired())
	})
}

func TestTimeout_waiter_cancelled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var interrupted record
		err := async.Timeout(ctx, 10*ms, noting(&interrupted, "body", 10*time.Second))
		require.ErrorIs(t, err, async.ErrTimeout)
		require.Equal(t, record{"body"}, interrupted)
	})
}

func TestTimeout_timeout_not_called(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * time.Second)
		require.NoError(t, scope.Do(ctx, sleep(10*ms)))
		require.False(t, scope.Expired())
		require.True(t, scope.When().After(async.RunningLoop(ctx).Now()))
	})
}

func TestTimeout_timeout_disabled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) { testUnlimited(t, ctx, async.NewTimeout(async.NoTimeout)) })
}

func TestTimeout_timeout_at_disabled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) { testUnlimited(t, ctx, async.NewTimeoutAt(time.Time{})) })
}

func TestTimeout_timeout_zero(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(0)
		require.ErrorIs(t, scope.Do(ctx, sleep(10*time.Second)), async.ErrTimeout)
		require.True(t, scope.Expired())
		require.Equal(t, async.RunningLoop(ctx).Now(), scope.When()) // no time has passed
	})
}

func TestTimeout_timeout_zero_sleep_zero(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(0)
		require.ErrorIs(t, scope.Do(ctx, async.Yield), async.ErrTimeout)
		require.True(t, scope.Expired())
		require.Equal(t, async.RunningLoop(ctx).Now(), scope.When())
	})
}

func TestTimeout_timeout_in_the_past_sleep_zero(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		begun := async.RunningLoop(ctx).Now()
		scope := async.NewTimeout(-11 * time.Second)
		require.ErrorIs(t, scope.Do(ctx, async.Yield), async.ErrTimeout)
		require.True(t, scope.Expired())
		require.Equal(t, begun.Add(-11*time.Second), scope.When())
	})
}

func TestTimeout_foreign_exception_passed(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		require.Equal(t, errMine, scope.Do(ctx, fail(errMine)))
		require.False(t, scope.Expired())
	})
}

func TestTimeout_timeout_exception_context(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		err := async.Timeout(ctx, 10*ms, func(ctx context.Context) error {
			return errors.Join(errMine, async.Sleep(ctx, time.Second))
		})
		var timeout *async.TimeoutError // which says what the body said
		require.ErrorIs(t, err, async.ErrTimeout)
		require.ErrorAs(t, err, &timeout)
		requireCanceled(t, timeout.Body)
		require.ErrorIs(t, timeout.Body, errMine)
	})
}

func TestTimeout_foreign_exception_on_timeout(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		require.Equal(t, errMine, scope.Do(ctx, failFinally(time.Second, errMine)))
		require.True(t, scope.Expired())
	})
}

func TestTimeout_foreign_exception_on_timeout_2(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		var interrupted record
		err := scope.Do(ctx, func(ctx context.Context) error {
			_ = noting(&interrupted, "body", time.Second)(ctx)
			return errors.Join(errMine, errOther)
		})
		require.ErrorIs(t, err, errMine)
		require.ErrorIs(t, err, errOther)
		require.NotErrorIs(t, err, async.ErrTimeout)
		require.Equal(t, record{"body"}, interrupted)
		require.True(t, scope.Expired())
	})
}

func TestTimeout_outer_task_is_not_cancelled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			require.ErrorIs(t, async.Timeout(ctx, ms, sleep(10*time.Second)), async.ErrTimeout)
			return nil
		})
		require.NoError(t, task.Wait(ctx))
		require.False(t, task.Canceled())
		require.True(t, task.Done())
	})
}

func TestTimeout_nested_timeouts_concurrent(t *testing.T) {
	runBusy(t, func(ctx context.Context, busy func(time.Duration)) {
		err := async.Timeout(ctx, 2*ms, func(ctx context.Context) error {
			err := async.Timeout(ctx, 100*ms, func(ctx context.Context) error {
				busy(10 * ms)
				return async.Sleep(ctx, time.Second)
			})
			requireCanceled(t, err)
			return err
		})
		require.ErrorIs(t, err, async.ErrTimeout)
	})
}

func TestTimeout_nested_timeouts_loop_busy(t *testing.T) {
	runBusy(t, func(ctx context.Context, busy func(time.Duration)) {
		took := elapsed(ctx, func() {
			err := async.Timeout(ctx, 100*ms, func(ctx context.Context) error {
				err := async.Timeout(ctx, 10*ms, func(ctx context.Context) error {
					busy(99 * ms)
					return async.Sleep(ctx, time.Second)
				})
				require.ErrorIs(t, err, async.ErrTimeout)
				return async.Sleep(ctx, 10*time.Second)
			})
			require.ErrorIs(t, err, async.ErrTimeout)
		})
		require.Equal(t, 100*ms, took)
	})
}

func TestTimeout_nested_timeout_in_finally(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		err := async.Timeout(ctx, 10*ms, func(ctx context.Context) error {
			err := async.Sleep(ctx, time.Second)
			requireCanceled(t, err)
			cleanup := async.Timeout(async.Uncancel(ctx), 10*ms, sleep(10*time.Second))
			require.ErrorIs(t, cleanup, async.ErrTimeout)
			return err
		})
		require.ErrorIs(t, err, async.ErrTimeout)
	})
}

func TestTimeout_timeout_after_cancellation(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		async.CurrentTask(ctx).Cancel()
		requireCanceled(t, async.Sleep(ctx, time.Second))
		requireCanceled(t, async.Timeout(ctx, 0, sleep(time.Second)))
		require.ErrorIs(t, async.Timeout(async.Uncancel(ctx), 0, sleep(time.Second)), async.ErrTimeout)
	})
}

func TestTimeout_cancel_in_timeout_after_cancellation(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		async.CurrentTask(ctx).Cancel()
		requireCanceled(t, async.Sleep(ctx, time.Second))
		requireCanceled(t, async.Timeout(async.Uncancel(ctx), time.Second, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			return async.Sleep(ctx, 2*time.Second)
		}))
	})
}

func TestTimeout_timeout_taskgroup(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var interrupted record
		scope := async.NewTimeout(10 * ms)
		err := scope.Do(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(failFinally(2*time.Second, errMine))
				return noting(&interrupted, "body", time.Second)(ctx)
			})
		})
		requireGroup(t, err, errMine) // which is no timeout
		require.Equal(t, record{"body"}, interrupted)
		require.True(t, scope.Expired())
	})
}

// testUnlimited requires a scope to have no limit.
func testUnlimited(t *testing.T, ctx context.Context, scope *async.TimeoutScope) {
	require.NoError(t, scope.Do(ctx, sleep(10*ms)))
	require.False(t, scope.Expired())
	require.True(t, scope.When().IsZero())
}

// runBusy is asynctest.Run with a function that lets time pass in a step, as
// one does that takes its time.
func runBusy(t *testing.T, body func(ctx context.Context, busy func(d time.Duration))) {
	virtual := asynctest.NewClock()
	busy := func(d time.Duration) { virtual.Wait(virtual.Now()+d, nil) }
	r := async.Runner{Clock: virtual}
	defer func() { require.NoError(t, r.Close()) }()
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		body(ctx, busy)
		return nil
	}))
}

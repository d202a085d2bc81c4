package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestCondition_wait_cancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		require.NoError(t, c.Acquire(ctx))
		requireCanceled(t, cancelSoon(ctx, async.Go(ctx, c.Wait)))
		require.Zero(t, c.Waiting())
		require.True(t, c.Locked())
	})
}

func TestCondition_wait_cancel_contested(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		require.NoError(t, c.Acquire(ctx))
		require.True(t, c.Locked())
		task := async.Go(ctx, c.Wait)
		yields(t, ctx, 1)
		require.False(t, c.Locked())

		require.NoError(t, c.Acquire(ctx))
		require.True(t, c.Locked())
		c.Notify(1)
		async.RunningLoop(ctx).CallSoon(func() { task.Cancel() })
		async.RunningLoop(ctx).CallSoon(c.Release)
		_ = task.Wait(ctx)
		require.True(t, c.Locked()) // in spite of its cancellation
	})
}

func TestCondition_wait_cancel_after_notify(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		waited := false
		task := async.Go(ctx, func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				waited = true
				return c.Wait(ctx)
			})
		})
		yields(t, ctx, 1) // it waits
		require.NoError(t, c.Acquire(ctx))
		c.Notify(1)
		yields(t, ctx, 1) // it waits for the lock
		task.Cancel()
		yields(t, ctx, 1)
		c.Release()
		yields(t, ctx, 1)
		require.True(t, task.Canceled())
		require.True(t, waited)
	})
}

func TestCondition_timeout_in_block(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		require.NoError(t, c.With(ctx, func(ctx context.Context) error {
			_, err := async.WaitFor(ctx, async.Func(c.Wait), 500*ms)
			require.ErrorIs(t, err, async.ErrTimeout)
			return nil
		}))
	})
}

func TestCondition_cancelled_error_wakeup(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		raised, task := waitingForWake(t, ctx, &c, func() bool { return false })
		yields(t, ctx, 1)
		task.CancelCause(errMine)
		err := task.Wait(ctx)
		require.ErrorIs(t, err, errMine)
		require.Same(t, *raised, err)
	})
}

func TestCondition_cancelled_error_re_aquire(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		wake := false
		raised, task := waitingForWake(t, ctx, &c, func() bool { return wake })
		yields(t, ctx, 1)
		require.NoError(t, c.Acquire(ctx))
		wake = true
		c.Notify(1)
		yields(t, ctx, 1) // it waits for the lock
		task.CancelCause(errMine)
		c.Release()
		err := task.Wait(ctx)
		require.ErrorIs(t, err, errMine)
		require.Same(t, *raised, err)
	})
}

func TestCondition_cancelled_wakeup(t *testing.T) {
	testLostWakeup(t, func(_ context.Context, notified *async.Task[async.Void]) { notified.Cancel() })
}

func TestCondition_cancelled_wakeup_relock(t *testing.T) {
	testLostWakeup(t, func(ctx context.Context, notified *async.Task[async.Void]) {
		yields(t, ctx, 1) // it waits for the lock
		notified.Cancel()
	})
}

// waitingForWake starts a task that waits for a condition, and returns its
// error as it comes out of there.
func waitingForWake(t *testing.T, ctx context.Context, c *primitives.Condition, pred func() bool) (*error, *async.Task[async.Void]) {
	raised := new(error)
	return raised, async.Go(ctx, func(ctx context.Context) error {
		return c.With(ctx, func(ctx context.Context) error {
			*raised = c.WaitFor(ctx, pred)
			requireCanceled(t, *raised)
			return *raised
		})
	})
}

// testLostWakeup requires a notification to reach the second of two consumers
// where the first, which had it, is canceled.
func testLostWakeup(t *testing.T, cancel func(ctx context.Context, notified *async.Task[async.Void])) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		state := 0
		consume := func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				for {
					if err := c.WaitFor(ctx, func() bool { return state != 0 }); err != nil || state < 0 {
						return err
					}
					state--
				}
			})
		}
		first, second := async.Go(ctx, consume), async.Go(ctx, consume)
		yields(t, ctx, 1)
		require.NoError(t, c.With(ctx, func(ctx context.Context) error {
			state++
			c.Notify(1)
			cancel(ctx, first)
			_ = async.Timeout(ctx, 10*ms, func(ctx context.Context) error {
				return c.WaitFor(ctx, func() bool { return state == 0 })
			})
			require.Zero(t, state)
			state = -1
			c.NotifyAll()
			return nil
		}))
		require.NoError(t, second.Wait(ctx))
		require.True(t, first.Canceled())
	})
}

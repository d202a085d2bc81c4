package primitives_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// waiters starts tasks that wait for c and tell when they go on.
func waiters(ctx context.Context, c *primitives.Condition, j *journal, names ...string) []*async.Task[async.Void] {
	var tasks []*async.Task[async.Void]
	for _, name := range names {
		tasks = append(tasks, start(ctx, name, func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				if err := c.Wait(ctx); err != nil {
					return err
				}
				j.add("%s", name)
				return nil
			})
		}))
	}
	settle(ctx)
	return tasks
}

func TestConditionNotifiesInTheOrderOfComing(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		var j journal
		tasks := waiters(ctx, &c, &j, "a", "b", "c")
		notify := func(n int) func(ctx context.Context) error {
			return func(context.Context) error { c.Notify(n); return nil }
		}
		require.NoError(t, c.With(ctx, notify(0)))
		settle(ctx)
		require.Empty(t, j)
		require.NoError(t, c.With(ctx, notify(2)))
		settle(ctx)
		require.Equal(t, journal{"a", "b"}, j)
		require.NoError(t, c.With(ctx, notify(5)))
		wait(t, ctx, tasks...)
		require.Equal(t, journal{"a", "b", "c"}, j)
	})
}

func TestConditionWaitGivesTheLockUpAndComesBackWithIt(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		c := primitives.Condition{L: &l}
		task := start(ctx, "waiter", func(ctx context.Context) error {
			return l.With(ctx, func(ctx context.Context) error {
				err := c.Wait(ctx)
				require.True(t, l.Locked())
				return err
			})
		})
		settle(ctx)
		require.False(t, l.Locked())
		require.NoError(t, c.Acquire(ctx))
		c.NotifyAll()
		settle(ctx)
		require.False(t, task.Done(), "the lock is held")
		require.True(t, c.Locked())
		c.Release()
		wait(t, ctx, task)
	})
}

func TestConditionWaitForLooksAgain(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		n := 0
		task := start(ctx, "waiter", func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				return c.WaitFor(ctx, func() bool { return n == 3 })
			})
		})
		for range 3 {
			settle(ctx)
			require.False(t, task.Done())
			require.True(t, c.TryAcquire())
			n++
			c.NotifyAll()
			c.Release()
		}
		wait(t, ctx, task)
	})
}

// A canceled wait returns with the lock held, however long that takes, and
// whatever comes meanwhile.
func TestConditionWaitThatIsCanceledComesBackWithTheLock(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		var j journal
		task := waiters(ctx, &c, &j, "waiter")[0]
		require.NoError(t, c.Acquire(ctx))
		for range 3 {
			task.Cancel()
			settle(ctx)
			require.False(t, task.Done())
		}
		c.Release()
		require.ErrorIs(t, task.Wait(ctx), context.Canceled)
		require.False(t, c.Locked())
		require.Empty(t, j)
	})
}

func TestConditionWaitUnderAContextThatIsDoneComesBackWithTheLock(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		task := start(ctx, "waiter", func(ctx context.Context) error {
			require.Error(t, async.Yield(ctx))
			require.True(t, c.TryAcquire())
			for range 3 {
				require.Error(t, c.Wait(ctx))
				require.True(t, c.Locked())
			}
			c.Release()
			return nil
		})
		require.NoError(t, async.Yield(ctx))
		task.Cancel()
		wait(t, ctx, task)
	})
}

// A task that ends in Wait because nothing can wake it leaves the lock to its
// deferred Release.
func TestConditionLosesNothingWithATaskThatNothingCanEnd(t *testing.T) {
	var c primitives.Condition
	report := deadlock(t, async.Runner{}, func(ctx context.Context) error {
		start(ctx, "waiter", func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error { return c.Wait(ctx) })
		})
		start(ctx, "holder", func(ctx context.Context) error {
			if err := c.Acquire(ctx); err != nil {
				return err
			}
			c.NotifyAll()
			defer c.Release()
			return async.NewFuture[int](ctx).Wait(context.WithoutCancel(ctx))
		})
		return async.NewFuture[int](ctx).Wait(ctx)
	})
	require.Contains(t, report, "waits for a Lock held by holder")
}

func TestConditionMisuse(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		misuse(t, "inside of With", func() { _ = c.Wait(ctx) })
		misuse(t, "inside of With", func() { c.Notify(1) })
		misuse(t, "inside of With", c.NotifyAll)
		misuse(t, "use NotifyAll", func() { c.Notify(-1) })
		misuse(t, "use With", c.Release)
	})
}

func TestConditionTellsItsState(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		var j journal
		waiters(ctx, &c, &j, "a", "b")
		require.Equal(t, 2, c.Waiting())
		require.Equal(t, "<Condition [unlocked, waiters:2]>", c.String())
	})
	var c primitives.Condition
	require.Contains(t, deadlock(t, async.Runner{}, func(ctx context.Context) error {
		return c.With(ctx, c.Wait)
	}), "waits for a Condition")
}

package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestTaskGroupLimitBoundsTheTasksThatRunAndKeepsOrder(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var u underWay
		var begun []int
		tg := async.TaskGroup{Limit: 3}
		require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
			for i := range 10 {
				call := u.counted(func(ctx context.Context, n int) (int, error) {
					begun = append(begun, n)
					return 0, async.Sleep(ctx, time.Duration(1+n%2)*ms)
				})
				async.GoValueIn(&tg, func(ctx context.Context) (int, error) { return call(ctx, i) })
			}
			return nil
		}))
		require.Equal(t, 3, u.most)
		require.Equal(t, upTo(10), begun)
	})
}

func TestTaskGroupLimitStartsNothingAfterTheFirstFailure(t *testing.T) {
	for _, eager := range []bool{false, true} {
		require.Empty(t, virtuallyWith(t, async.Runner{Eager: eager}, func(ctx context.Context) {
			tg := async.TaskGroup{Limit: 2}
			var queued []*async.Task[async.Void]
			err := tg.Do(ctx, func(ctx context.Context) error {
				tg.Go(sleepThen(ms, errBoom))
				tg.Go(sleepThen(ms, nil)) // ends in the same turn, later
				for range 5 {
					queued = append(queued, tg.Go(never(t)))
				}
				return nil
			})
			require.Equal(t, []error{errBoom}, groupErrors(t, err))
			for _, task := range queued {
				require.True(t, task.Canceled())
				require.ErrorIs(t, task.Err(), errBoom)
			}
		}))
	}
}

func TestTaskGroupLimitQueuedTaskThatIsCanceledEndsAtOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		tg := async.TaskGroup{Limit: 1}
		require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
			tg.Go(sleepThen(2*ms, nil))
			queued, last := tg.Go(never(t)), tg.Go(func(context.Context) error { return nil })
			require.NoError(t, async.Sleep(ctx, ms))
			queued.CancelCause(errBoom)
			require.ErrorIs(t, queued.Wait(ctx), errBoom)
			require.Equal(t, ms, now(ctx))
			require.NoError(t, last.Wait(ctx))
			require.Equal(t, 2*ms, now(ctx))
			return nil
		}))
	})
}

func TestTaskGroupLimitQueuedTaskEndsWhenItsAwaiterIsCanceled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		tg := async.TaskGroup{Limit: 1}
		require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
			tg.Go(sleepThen(2*ms, nil))
			queued := tg.Go(never(t))
			require.Equal(t, async.ErrTimeout, async.Timeout(ctx, ms, queued.Wait))
			require.True(t, queued.Canceled())
			return nil
		}))
	})
}

func TestTaskGroupLimitLetsTasksStartSiblings(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		tg := async.TaskGroup{Limit: 1}
		var order []int
		var task func(n int) func(ctx context.Context) error
		task = func(n int) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				order = append(order, n)
				if n < 3 {
					tg.Go(task(n + 1))
				}
				return async.Yield(ctx)
			}
		}
		require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
			tg.Go(task(0))
			return nil
		}))
		require.Equal(t, upTo(4), order)
	})
}

func TestTaskGroupLimitAwaitOfAQueuedChildIsADeadlock(t *testing.T) {
	r := async.Runner{Clock: asynctest.NewClock()}
	err := r.Run(t.Context(), func(ctx context.Context) error {
		tg := async.TaskGroup{Limit: 1}
		return tg.Do(ctx, func(ctx context.Context) error {
			tg.Go(func(ctx context.Context) error { return tg.Go(never(t)).Wait(ctx) })
			return nil
		})
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.ErrorContains(t, err, "Task-1 (")
	require.ErrorContains(t, err, "waits for the tasks of a TaskGroup")
	require.ErrorContains(t, err, "waits for Task-3")
	require.ErrorContains(t, err, "waits for its turn in a TaskGroup at its limit")
	require.ErrorContains(t, err, "They wait for each other:")
	require.NoError(t, r.Close())
}

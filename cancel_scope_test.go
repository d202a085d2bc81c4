package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

func TestTaskGroupAbortCancelsTheChildrenInOrderThenTheBody(t *testing.T) {
	var tr record
	virtually(t, func(ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(tr.Traced("first"))
			tg.Go(tr.Traced("second"))
			tg.Go(func(ctx context.Context) error {
				_ = async.Sleep(ctx, time.Second)
				return errBoom
			})
			return tr.Traced("body")(ctx)
		})
		require.ErrorIs(t, err, errBoom)
	})
	require.Equal(t, record{"first", "second", "body"}, tr)
}

func TestTimeoutTurnsTheCancellationOfWhatItWasForwardedTo(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		inner := async.Go(ctx, forever)
		require.ErrorIs(t, async.Timeout(ctx, time.Second, inner.Wait), async.ErrTimeout)
		require.True(t, inner.Canceled())
		require.NoError(t, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			_ = forever(ctx)
			return nil
		}))
		require.Same(t, errBoom, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			_ = forever(ctx)
			return errBoom
		}))
	})
}

func TestTimeoutUnderACanceledContextDoesNotTurnTheCancellation(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.Timeout(ctx, time.Second, func(ctx context.Context) error {
				err := forever(ctx)
				selfCancel(ctx)
				return err
			})
		})
		err := task.Wait(ctx)
		require.True(t, async.IsCanceled(err))
		require.NotErrorIs(t, err, async.ErrTimeout)
	})
}

func TestTaskGroupThatReturnsErrorsLeavesTheRequestToTheNextAwait(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error {
					_ = forever(ctx)
					return errBoom
				})
				return nil
			})
			require.ErrorIs(t, err, errBoom)
			require.False(t, async.IsCanceled(err))
			inner := async.Go(ctx, forever)
			_ = inner.Wait(ctx)
			require.True(t, inner.Canceled(), "the request is forwarded, as if it had just come")
			return nil
		})
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		task.Cancel()
		require.NoError(t, task.Wait(ctx))
	})
}

func TestConditionWaitPutsThingsInOrderInSpiteOfACancellation(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var c primitives.Condition
		require.NoError(t, c.Acquire(ctx))
		task := async.Go(ctx, func(ctx context.Context) error {
			require.NoError(t, c.Acquire(ctx))
			defer c.Release()
			err := c.Wait(ctx)
			require.Equal(t, time.Second, now(ctx), "it waited for the lock")
			return err
		})
		_ = async.Yield(ctx)
		c.Release()
		_ = async.Yield(ctx)
		require.NoError(t, c.Acquire(ctx))
		task.Cancel()
		require.NoError(t, async.Sleep(ctx, time.Second))
		c.Release()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
	})
}

func TestTaskGroupExitWaitsForTasksThatTakeTheirTimeToEnd(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error {
					_ = forever(ctx)
					return async.Sleep(async.Uncancel(ctx), time.Second)
				})
				return nil
			})
		})
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		task.Cancel()
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		require.Equal(t, time.Second, now(ctx))
	})
}

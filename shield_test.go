package async_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestShieldGivesWhatItAwaits(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		v, err := async.Shield(ctx, after(time.Second, 1))
		require.NoError(t, err)
		require.Equal(t, 1, v)
		_, err = async.Shield(ctx, failing(time.Second, errBoom))
		require.Same(t, errBoom, err)

		task := async.GoValue(ctx, after(time.Second, 2))
		v, err = async.Shield(ctx, task)
		require.NoError(t, err)
		require.Equal(t, 2, v)
		f := async.NewFuture[int](ctx)
		_ = f.SetResult(3)
		v, err = async.Shield(ctx, f)
		require.NoError(t, err)
		require.Equal(t, 3, v)
		_, err = async.Shield(ctx, async.Func(async.Yield))
		require.NoError(t, err)
	})
}

func TestShieldOfWhatIsDoneDoesNotSuspend(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, async.Yield)
		require.NoError(t, task.Wait(ctx))
		turns := countTurns(ctx)
		require.Zero(t, turns.During(func() { _, _ = async.Shield(ctx, task) }))
		turns.Stop()
	})
}

func TestShieldTakesTwoTurns(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		turns := countTurns(ctx)
		f := async.NewFuture[int](ctx)
		turns.At(3, func() { _ = f.SetResult(1) })
		require.Equal(t, 5, turns.During(func() { _, _ = async.Shield(ctx, f) }))
		turns.Stop()
	})
}

func TestShieldKeepsTheCancellationOfTheAwaiterFromTheTask(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		inner := async.GoValue(ctx, after(time.Second, 7))
		outer := async.GoValue(ctx, func(ctx context.Context) (int, error) { return async.Shield(ctx, inner) })
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		outer.CancelCause(errBoom)
		_, err := outer.Await(ctx)
		require.ErrorIs(t, err, errBoom)
		require.Zero(t, now(ctx), "at once")
		require.True(t, outer.Canceled())
		require.Zero(t, inner.Canceling())
		v, err := inner.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 7, v)
	})
}

func TestShieldUnderACanceledContextPassesTheBatonOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		inner := async.Go(ctx, forever)
		outer := async.Go(ctx, func(ctx context.Context) error {
			_ = async.CurrentTask(ctx).Cancel()
			require.True(t, async.IsCanceled(async.Yield(ctx)))
			turns := countTurns(ctx)
			require.Equal(t, 1, turns.During(func() {
				_, err := async.Shield(ctx, inner)
				require.True(t, async.IsCanceled(err))
			}))
			turns.Stop()
			return nil
		})
		require.NoError(t, outer.Wait(ctx))
		require.Zero(t, inner.Canceling())
	})
}

func TestShieldPassesACancellationOfTheTaskOn(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		inner := async.Go(ctx, forever)
		outer := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Shield(ctx, inner)
			return err
		})
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		inner.CancelCause(errBoom)
		require.ErrorIs(t, outer.Wait(ctx), errBoom)
		require.True(t, outer.Canceled())
		require.Zero(t, outer.Canceling())
	})
}

func TestShieldErrorAfterTheAwaiterHasGoneIsReported(t *testing.T) {
	told, err := listening(func(ctx context.Context) error {
		inner := async.GoValue(ctx, failing(time.Second, errors.New("lost")))
		outer := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Shield(ctx, inner)
			return err
		})
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		outer.Cancel()
		return async.Sleep(ctx, 2*time.Second)
	})
	require.NoError(t, err)
	require.Len(t, told, 1)
	require.EqualError(t, told[0].Err, "lost")
}

func TestShieldPassesAPanicOn(t *testing.T) {
	_, err := listening(func(ctx context.Context) error {
		require.Equal(t, "exploded", panicked(t, func() { _, _ = async.Shield(ctx, async.Func(bang)) }).Value)
		return nil
	})
	require.NoError(t, err)
}

func TestShieldIsLeftAloneByATimeout(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		inner := async.GoValue(ctx, after(time.Hour, 1))
		require.ErrorIs(t, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			_, err := async.Shield(ctx, inner)
			return err
		}), async.ErrTimeout)
		require.False(t, inner.Done())
		_, err := inner.Await(ctx)
		require.NoError(t, err)
	})
}

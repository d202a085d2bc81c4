package async_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

func TestTaskCancelBeatsAResultThatIsQueued(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.GoValue(ctx, f.Await)
		_ = async.Yield(ctx)
		_ = f.SetResult(1)
		task.CancelCause(errBoom)
		v, err := task.Await(ctx)
		require.ErrorIs(t, err, errBoom)
		require.Zero(t, v)
		require.False(t, f.Canceled())
	})
}

func TestTaskCancelBeatsAnErrorThatIsQueued(t *testing.T) {
	told, err := listening(func(ctx context.Context) error {
		f := async.NewFuture[int](ctx)
		task := async.GoValue(ctx, f.Await)
		_ = async.Yield(ctx)
		_ = f.SetError(errors.New("lost"))
		task.CancelCause(errBoom)
		require.ErrorIs(t, task.Wait(ctx), errBoom)
		return nil
	})
	require.NoError(t, err)
	require.Len(t, told, 1, "nobody was told of the error")
}

func TestTaskCancelBeatsATimerThatIsDue(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var task *async.Task[async.Void]
		async.RunningLoop(ctx).CallLater(time.Second, func() { task.Cancel() })
		task = async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Second) })
		require.True(t, async.IsCanceled(task.Wait(ctx)))
	})
}

func TestTaskCancelBeatsAHandover(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var lock primitives.Lock
		require.NoError(t, lock.Acquire(ctx))
		first := async.Go(ctx, lock.Acquire)
		second := async.Go(ctx, lock.Acquire)
		_ = async.Yield(ctx)
		lock.Release()
		first.Cancel()
		require.True(t, async.IsCanceled(first.Wait(ctx)))
		require.NoError(t, second.Wait(ctx), "what was handed over is passed on")
	})
}

func TestTaskCanceledCountsWrappedErrors(t *testing.T) {
	for name, c := range map[string]struct {
		ask      bool
		err      error
		canceled bool
	}{
		"ours":                                 {err: &async.CanceledError{}, canceled: true},
		"ours, wrapped":                        {err: fmt.Errorf("reading: %w", &async.CanceledError{}), canceled: true},
		"ours, among others":                   {err: errors.Join(errBoom, &async.CanceledError{}), canceled: true},
		"the standard library's":               {err: context.Canceled, canceled: false},
		"the standard library's, when asked":   {ask: true, err: fmt.Errorf("reading: %w", context.Canceled), canceled: true},
		"another, when asked":                  {ask: true, err: errBoom, canceled: false},
		"a timeout, when asked":                {ask: true, err: async.ErrTimeout, canceled: false},
		"a deadline of the standard library's": {ask: true, err: context.DeadlineExceeded, canceled: false},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				task := async.Go(ctx, func(ctx context.Context) error {
					_ = forever(ctx)
					return c.err
				})
				if !c.ask {
					task = async.Go(ctx, func(context.Context) error { return c.err })
				}
				_ = async.Yield(ctx)
				if c.ask {
					task.Cancel()
				}
				require.Equal(t, c.err, task.Wait(ctx))
				require.Equal(t, c.canceled, task.Canceled())
			})
		})
	}
}

func TestTaskWhoseAwaitWasCanceledElsewhereIsCanceledToo(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		inner := async.Go(ctx, forever)
		outer := async.Go(ctx, inner.Wait)
		_ = async.Yield(ctx)
		inner.Cancel()
		require.True(t, async.IsCanceled(outer.Wait(ctx)))
		require.True(t, outer.Canceled())
		require.Zero(t, outer.Canceling(), "nobody asked it")
	})
}

package cpython

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// awaits is a coroutine that awaits f and returns n.
func awaits(f *async.Future[int], n int) async.Coro[int] {
	return func(ctx context.Context) (int, error) { return n, f.Wait(ctx) }
}

// ended checks that the task has ended canceled, once and for all.
func ended(t *testing.T, ctx context.Context, task async.Waitable) {
	t.Helper()
	requireCanceled(t, task.Wait(ctx))
	require.True(t, task.Done())
	require.True(t, task.Canceled())
	require.False(t, task.Cancel())
}

func TestBaseTask_task_cancel_message_getter(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, async.Yield)
		task.CancelCause(errMine)
		require.ErrorIs(t, task.Wait(ctx), errMine)
	})
}

func TestBaseTask_cancelling(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, sleep(10*time.Second))
		require.Zero(t, task.Canceling())
		require.NotContains(t, task.String(), " canceling ")
		require.True(t, task.Cancel())
		require.Equal(t, 1, task.Canceling())
		require.True(t, task.Cancel(), "each Cancel asks anew")
		require.Equal(t, 2, task.Canceling())
		require.Contains(t, task.String(), " canceling ")
		ended(t, ctx, task)
	})
}

func TestBaseTask_uncancel_basic(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			requireCanceled(t, async.Sleep(ctx, 10*time.Second))
			return async.Sleep(async.Uncancel(ctx), 10*time.Second)
		})
		require.NoError(t, async.Sleep(ctx, 10*ms))
		require.True(t, task.Cancel())
		require.Contains(t, task.String(), " canceling ")
		require.Equal(t, 1, task.Canceling())
		require.False(t, task.Canceled(), "it has not ended")
		require.NoError(t, async.Sleep(ctx, 10*ms))

		require.NotContains(t, task.String(), " canceling ")
		require.Zero(t, task.Canceling())
		require.False(t, task.Canceled())

		require.True(t, task.Cancel())
		require.Equal(t, 1, task.Canceling())
		require.False(t, task.Canceled())
		ended(t, ctx, task)
	})
}

// boundByHand sleeps for d, and makes of a cancellation after limit a timeout,
// as async.Timeout does.
func boundByHand(ctx context.Context, d, limit time.Duration) (timedOut, finished bool, err error) {
	task := async.CurrentTask(ctx)
	timer := async.RunningLoop(ctx).CallLater(limit, func() {
		timedOut = true
		task.Cancel()
	})
	err = async.Sleep(ctx, d)
	finished = err == nil
	timer.Cancel()
	if timedOut {
		ctx = async.Uncancel(ctx)
		if task.Canceling() == 0 && async.IsCanceled(err) {
			err = nil
		}
	}
	return timedOut, finished, errors.Join(err, async.Yield(ctx))
}

func TestBaseTask_uncancel_structured_blocks(t *testing.T) {
	for _, c := range []struct {
		d, limit time.Duration
		timedOut bool
	}{{10 * time.Second, 100 * ms, true}, {0, 10 * time.Second, false}} {
		asynctest.Run(t, func(ctx context.Context) {
			task := async.Go(ctx, func(ctx context.Context) error {
				timedOut, finished, err := boundByHand(ctx, c.d, c.limit)
				require.Equal(t, c.timedOut, timedOut)
				require.Equal(t, !c.timedOut, finished)
				return err
			})
			require.NoError(t, task.Wait(ctx), "the code after it is reached")
			require.Zero(t, task.Canceling())
		})
	}
}

func TestBaseTask_uncancel_resets_must_cancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			err := f.Wait(ctx)
			require.True(t, async.IsCanceled(err), "nobody else takes a cancellation back")
			ctx = async.Uncancel(ctx)
			require.Zero(t, async.CurrentTask(ctx).Canceling())
			return 42, async.Yield(ctx)
		})
		yields(t, ctx, 1)
		require.NoError(t, f.SetResult(0))
		task.Cancel()
		require.Equal(t, 1, task.Canceling())
		v, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 42, v)
	})
}

func TestBaseTask_cancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, sleep(10*time.Second))
		async.RunningLoop(ctx).CallSoon(func() { task.Cancel() })
		require.Zero(t, elapsed(ctx, func() { ended(t, ctx, task) }))
	})
}

// causes are what tasks are canceled with: nothing, an error, an error of one's
// own type.
func causes() []error { return []error{nil, errMine, fmt.Errorf("code %d", 5)} }

// checkCause cancels a sleeping task with each cause, waits for it, and checks
// what ask returns.
func checkCause(t *testing.T, begin bool, ask func(task *async.Task[async.Void]) error) {
	for _, cause := range causes() {
		asynctest.Run(t, func(ctx context.Context) {
			outer := async.Go(ctx, func(ctx context.Context) error {
				task := async.Go(ctx, sleep(10*time.Second))
				if begin {
					yields(t, ctx, 1)
				}
				task.CancelCause(cause)
				_, _, err := async.Wait(ctx, async.AllCompleted, task)
				require.NoError(t, err)
				return ask(task)
			})
			err := outer.Wait(ctx)
			requireCanceled(t, err)
			var canceled *async.CanceledError
			require.ErrorAs(t, err, &canceled)
			require.Equal(t, cause, canceled.Cause)
			require.True(t, outer.Canceled())
		})
	}
}

func TestBaseTask_cancel_with_message_then_future_result(t *testing.T) {
	checkCause(t, true, func(task *async.Task[async.Void]) error {
		_, err := task.Result()
		return err
	})
}

func TestBaseTask_cancel_with_message_then_future_exception(t *testing.T) {
	checkCause(t, true, func(task *async.Task[async.Void]) error { return task.Err() })
}

func TestBaseTask_cancel_with_message_before_starting_task(t *testing.T) {
	checkCause(t, false, func(task *async.Task[async.Void]) error { return task.Err() })
}

func TestBaseTask_cancellation_exception_context(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		outer := async.Go(ctx, func(ctx context.Context) error {
			inner := async.Go(ctx, func(ctx context.Context) error {
				require.NoError(t, f.SetResult(0))
				return async.Sleep(ctx, 10*time.Second)
			})
			require.NoError(t, f.Wait(ctx))
			async.RunningLoop(ctx).CallSoon(func() { inner.CancelCause(errMine) })
			err := inner.Wait(ctx)
			requireCanceled(t, err)
			require.ErrorIs(t, err, errMine)
			return errOther
		})
		require.Equal(t, errOther, outer.Wait(ctx))
		require.False(t, outer.Canceled(), "it failed with an error of its own")
	})
}

func TestBaseTask_cancel_yield(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			return 12, errors.Join(async.Yield(ctx), async.Yield(ctx))
		})
		yields(t, ctx, 1)
		task.Cancel()
		ended(t, ctx, task)
	})
}

func TestBaseTask_cancel_inner_future(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.GoValue(ctx, awaits(f, 12))
		yields(t, ctx, 1)
		f.Cancel()
		ended(t, ctx, task)
		require.True(t, f.Canceled())
	})
}

func TestBaseTask_cancel_both_task_and_inner_future(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.GoValue(ctx, awaits(f, 12))
		yields(t, ctx, 1)
		require.True(t, f.Cancel())
		require.True(t, task.Cancel())
		ended(t, ctx, task)
		require.True(t, f.Canceled())
	})
}

func TestBaseTask_cancel_task_catching(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		first, second := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			require.NoError(t, first.Wait(ctx))
			requireCanceled(t, second.Wait(ctx))
			return 42, nil
		})
		yields(t, ctx, 1)
		require.NoError(t, first.SetResult(0))
		yields(t, ctx, 1)
		task.Cancel()
		require.True(t, second.Canceled(), "at once")
		v, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 42, v)
		require.False(t, task.Canceled())
	})
}

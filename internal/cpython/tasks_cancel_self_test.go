package cpython

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// ignoring starts a task that awaits first, second, and, however that ended,
// third, under the context that after makes of its own.
func ignoring(t *testing.T, ctx context.Context, after func(ctx context.Context) context.Context) (*async.Task[int], *async.Future[int]) {
	t.Helper()
	first, second, third := async.NewFuture[int](ctx), async.NewFuture[int](ctx), async.NewFuture[int](ctx)
	task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
		require.NoError(t, first.Wait(ctx))
		requireCanceled(t, second.Wait(ctx))
		return third.Await(after(ctx))
	})
	yields(t, ctx, 1)
	require.NoError(t, first.SetResult(0))
	yields(t, ctx, 1)
	task.Cancel()
	require.True(t, second.Canceled())
	yields(t, ctx, 2)
	return task, third
}

func TestBaseTask_cancel_task_ignoring(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task, _ := ignoring(t, ctx, func(ctx context.Context) context.Context { return ctx })
		ended(t, ctx, task)

		task, third := ignoring(t, ctx, async.Uncancel)
		require.NoError(t, third.SetResult(42))
		v, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 42, v)
		require.False(t, third.Canceled())
		require.False(t, task.Canceled())
	})
}

func TestBaseTask_cancel_current_task(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			async.CurrentTask(ctx).Cancel()
			return 12, async.Sleep(ctx, 100*time.Second)
		})
		require.False(t, task.Canceled())
		require.Zero(t, elapsed(ctx, func() { ended(t, ctx, task) }))
	})
}

func TestBaseTask_cancel_at_end(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			async.CurrentTask(ctx).Cancel()
			return 12, nil
		})
		require.False(t, task.Canceled())
		ended(t, ctx, task)
	})
}

func TestBaseTask_cancel_awaited_task(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		nested := async.Go(ctx, f.Wait)
		task := async.Go(ctx, func(ctx context.Context) error {
			yields(t, ctx, 1)
			async.CurrentTask(ctx).Cancel()
			return nested.Wait(ctx)
		})
		requireCanceled(t, task.Wait(ctx))
		require.True(t, task.Canceled())
		require.True(t, nested.Canceled())
		require.True(t, f.Canceled())
	})
}

func TestBaseTask_task_cancel_sleeping_task(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		sleeper := async.Go(ctx, sleep(5000*time.Second))
		async.RunningLoop(ctx).CallLater(100*ms, func() { sleeper.Cancel() })
		require.Equal(t, 100*ms, elapsed(ctx, func() {
			requireCanceled(t, sleeper.Wait(ctx))
		}))
	})
}

func TestBaseTask_task_cancel_waiter_future(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.Go(ctx, f.Wait)
		yields(t, ctx, 1)
		task.Cancel()
		yields(t, ctx, 1)
		ended(t, ctx, task)
		require.True(t, f.Canceled())
	})
}

func TestBaseTask_baseexception_during_cancel(t *testing.T) {
	r := &async.Runner{}
	require.Panics(t, func() {
		_, _ = told(r, func(ctx context.Context) error {
			task := async.Go(ctx, func(ctx context.Context) error {
				requireCanceled(t, async.Sleep(ctx, 10*time.Second))
				panic(errMine)
			})
			yields(t, ctx, 1)
			task.Cancel()
			require.False(t, task.Done())
			yields(t, ctx, 1)
			require.True(t, task.Done())
			require.False(t, task.Canceled())
			return nil
		})
	}, "out of Run, as nobody awaited it")
}

func TestBaseTask_yield_future_passes_cancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		proof := 0
		f := async.NewFuture[int](ctx)
		inner := func(ctx context.Context) error {
			err := f.Wait(ctx)
			requireCanceled(t, err)
			proof++
			return err
		}
		outer := async.Go(ctx, func(ctx context.Context) error {
			requireCanceled(t, inner(ctx))
			proof += 100
			return nil
		})
		yields(t, ctx, 1)
		outer.Cancel()
		require.NoError(t, outer.Wait(ctx))
		require.Equal(t, 101, proof)
		require.True(t, f.Canceled())
	})
}

func TestBaseTask_yield_wait_does_not_shield_cancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		proof := 0
		f := async.NewFuture[int](ctx)
		inner := func(ctx context.Context) error {
			require.NoError(t, f.Wait(ctx))
			proof++
			return nil
		}
		outer := async.Go(ctx, func(ctx context.Context) error {
			if _, _, err := async.Wait(ctx, async.AllCompleted, async.Go(ctx, inner)); err != nil {
				return err
			}
			proof += 100
			return nil
		})
		yields(t, ctx, 2)
		outer.Cancel()
		ended(t, ctx, outer)
		require.NoError(t, f.SetResult(0))
		yields(t, ctx, 1)
		require.Equal(t, 1, proof)
	})
}

func TestBaseTask_tb_logger_not_called_after_cancel(t *testing.T) {
	events, err := told(&async.Runner{}, func(ctx context.Context) error {
		task := async.Go(ctx, fail(errMine))
		require.NoError(t, async.Sleep(ctx, 50*ms))
		require.False(t, task.Cancel())
		return nil
	})
	require.NoError(t, err)
	require.Empty(t, events)
}

func TestBaseTask_cancel_gather_2(t *testing.T) {
	for _, cause := range causes() {
		asynctest.Run(t, func(ctx context.Context) {
			task := async.Go(ctx, func(ctx context.Context) error {
				for {
					if _, err := async.GatherSettled(ctx, sleep(50*ms)); err != nil {
						return err
					}
				}
			})
			require.NoError(t, async.Sleep(ctx, 200*ms))
			task.CancelCause(cause)
			err := task.Wait(ctx)
			var canceled *async.CanceledError
			require.ErrorAs(t, err, &canceled)
			require.Equal(t, cause, canceled.Cause)
			require.True(t, task.Canceled())
		})
	}
}

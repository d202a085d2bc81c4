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

func TestBaseTask_sleep(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, func(ctx context.Context) (string, error) {
			if err := async.Sleep(ctx, 50*ms); err != nil {
				return "", err
			}
			return async.SleepValue(ctx, 50*ms, "yeah")
		})
		require.Equal(t, 100*ms, elapsed(ctx, func() { require.NoError(t, task.Wait(ctx)) }))
		requireResult(t, task, "yeah")
	})
}

func TestBaseTask_sleep_cancel(t *testing.T) {
	var stopped time.Duration
	r := &async.Runner{}
	_, err := told(r, func(ctx context.Context) error {
		task := async.GoValue(ctx, func(ctx context.Context) (string, error) {
			return async.SleepValue(ctx, 10*time.Second, "yeah")
		})
		yields(t, ctx, 1)
		task.Cancel()
		yields(t, ctx, 1)
		require.True(t, task.Canceled())
		err := async.NewFuture[int](ctx).Wait(ctx) // for ever, unless the timer is left
		stopped = async.RunningLoop(ctx).Time()
		return err
	})
	require.ErrorIs(t, err, async.ErrDeadlock, "there is no timer left")
	require.Zero(t, stopped)
}

func TestSleep_sleep_zero(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		sum := 0
		async.RunningLoop(ctx).CallSoon(func() { sum++ })
		require.Zero(t, sum)
		n, err := async.SleepValue(ctx, 0, 10)
		require.NoError(t, err)
		require.Equal(t, 1, sum, "the callback had its turn")
		require.Equal(t, 11, sum+n)
	})
}

func TestBaseTask_current_task(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		outside := async.RunningLoop(ctx).Context()
		panics(t, func() { async.CurrentTask(outside) })
		var task *plainTask
		task = async.Go(ctx, func(ctx context.Context) error {
			require.Equal(t, task.Any(), async.CurrentTask(ctx))
			return nil
		})
		require.NoError(t, task.Wait(ctx))
		panics(t, func() { async.CurrentTask(outside) })
	})
}

func TestBaseTask_current_task_with_interleaving_tasks(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		first, second := async.NewFuture[bool](ctx), async.NewFuture[bool](ctx)
		var task1, task2 *plainTask
		task1 = async.Go(ctx, func(ctx context.Context) error {
			require.Equal(t, task1.Any(), async.CurrentTask(ctx))
			require.NoError(t, first.Wait(ctx))
			require.Equal(t, task1.Any(), async.CurrentTask(ctx))
			return second.SetResult(true)
		})
		task2 = async.Go(ctx, func(ctx context.Context) error {
			require.Equal(t, task2.Any(), async.CurrentTask(ctx))
			require.NoError(t, first.SetResult(true))
			require.NoError(t, second.Wait(ctx))
			require.Equal(t, task2.Any(), async.CurrentTask(ctx))
			return nil
		})
		_, _, err := async.Wait(ctx, async.AllCompleted, task1, task2)
		require.NoError(t, err)
		require.NoError(t, errors.Join(task1.Err(), task2.Err()))
	})
}

func TestBaseCurrentLoop_current_task_no_running_loop(t *testing.T) {
	loop := otherLoop(t)
	panics(t, func() { async.CurrentTask(loop.Context()) })
}

func TestBaseCurrentLoop_current_task_no_running_loop_implicit(t *testing.T) {
	require.Contains(t, panics(t, func() { async.CurrentTask(t.Context()) }), "loop")
}

func TestBaseCurrentLoop_current_task_with_implicit_loop(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	var task async.AnyTask
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		task = async.CurrentTask(ctx)
		require.Equal(t, async.AllTasks(ctx), []async.AnyTask{task})
		require.False(t, task.Done())
		return nil
	}))
	require.True(t, task.Done())
	panics(t, func() { async.CurrentTask(r.Loop().Context()) })
}

package cpython

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// slowTask takes 200 ms, whoever cancels it meanwhile.
type slowTask struct{ exited bool }

func (s *slowTask) run(ctx context.Context) error {
	const takes = 200 * ms
	begun := async.RunningLoop(ctx).Time()
	for {
		left := begun + takes - async.RunningLoop(ctx).Time()
		if left <= 0 {
			s.exited = true
			return nil
		}
		if err := async.Sleep(ctx, left); err != nil {
			ctx = async.Uncancel(ctx)
		}
	}
}

func TestAsyncioWaitFor_asyncio_wait_for_cancelled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var slow slowTask
		waiting := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.WaitFor(ctx, async.Func(slow.run), 400*ms)
			return err
		})
		require.NoError(t, async.Yield(ctx))
		waiting.Cancel()
		_, _, err := async.Wait(ctx, async.AllCompleted, waiting)
		require.NoError(t, err)
		require.True(t, slow.exited)
	})
}

func TestAsyncioWaitFor_asyncio_wait_for_timeout(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var slow slowTask
		_, _ = async.WaitFor(ctx, async.Func(slow.run), 100*ms)
		require.True(t, slow.exited)
	})
}

func TestAsyncioWaitFor_wait_for_timeout_less_then_0_or_0_future_done(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		fut := async.NewFuture[string](ctx)
		require.NoError(t, fut.SetResult("done"))
		v, err := async.WaitFor(ctx, fut, 0)
		require.NoError(t, err)
		require.Equal(t, "done", v)
		require.True(t, fut.Done())
	})
}

func TestAsyncioWaitFor_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		begun := false
		_, err := async.WaitFor(ctx, async.Func(func(context.Context) error {
			begun = true
			return nil
		}), 0)
		require.ErrorIs(t, err, async.ErrTimeout)
		require.False(t, begun)
	})
}

func TestAsyncioWaitFor_wait_for_timeout_less_then_0_or_0(t *testing.T) {
	for _, timeout := range []time.Duration{0, -time.Second} {
		asynctest.Run(t, func(ctx context.Context) {
			running, begun := false, async.NewFuture[async.Void](ctx)
			task := async.Go(ctx, func(ctx context.Context) error {
				running = true
				defer func() { running = false }()
				require.NoError(t, begun.SetResult(async.Void{}))
				return async.Sleep(ctx, 10*time.Second)
			})
			require.NoError(t, begun.Wait(ctx))
			testTimesOut(t, ctx, task, timeout)
			require.False(t, running)
		})
	}
}

func TestAsyncioWaitFor_wait_for(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var interrupted record
		task := async.Go(ctx, noting(&interrupted, "task", time.Hour))
		testTimesOut(t, ctx, task, 100*ms)
		require.Equal(t, record{"task"}, interrupted)
	})
}

func TestAsyncioWaitFor_wait_for_blocking(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		v, err := async.WaitFor(ctx, result("done"), async.NoTimeout)
		require.NoError(t, err)
		require.Equal(t, "done", v)
	})
}

func TestAsyncioWaitFor_wait_for_race_condition(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		fut := async.NewFuture[string](ctx)
		async.RunningLoop(ctx).CallSoon(func() { require.NoError(t, fut.SetResult("ok")) })
		v, err := async.WaitFor(ctx, fut, 200*ms)
		require.NoError(t, err)
		require.Equal(t, "ok", v)
	})
}

func TestAsyncioWaitFor_wait_for_cancellation_race_condition(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		v, err := async.WaitFor(ctx, swallowing(t, time.Second, 1), 10*ms)
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

func TestAsyncioWaitFor_wait_for_waits_for_task_cancellation(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var ended record
		task := async.Go(ctx, slowToEnd(&ended))
		_, err := async.WaitFor(ctx, task, 100*ms)
		require.ErrorIs(t, err, async.ErrTimeout)
		require.Equal(t, record{"ended"}, ended)
		requireCanceled(t, task.Err())
	})
}

func TestAsyncioWaitFor_wait_for_waits_for_task_cancellation_w_timeout_0(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var ended record
		task := async.Go(ctx, slowToEnd(&ended))
		require.NoError(t, async.Sleep(ctx, 100*ms))
		_, err := async.WaitFor(ctx, task, 0)
		require.ErrorIs(t, err, async.ErrTimeout)
		require.Equal(t, record{"ended"}, ended)
		requireCanceled(t, task.Err())
	})
}

func TestAsyncioWaitFor_wait_for_reraises_exception_during_cancellation(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		_, err := async.WaitFor(ctx, async.Go(ctx, failFinally(200*ms, errMine)), 100*ms)
		require.Equal(t, errMine, err)
	})
}

func TestAsyncioWaitFor_cancel_blocking_wait_for(t *testing.T) {
	testCancelWaitFor(t, async.NoTimeout)
}

func TestAsyncioWaitFor_cancel_wait_for(t *testing.T) {
	testCancelWaitFor(t, time.Minute)
}

func TestAsyncioWaitFor_wait_for_cancel_suppressed(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		v, err := async.WaitFor(ctx, swallowing(t, 10*time.Second, 42), 100*ms)
		require.NoError(t, err)
		require.Equal(t, 42, v)
	})
}

func TestAsyncioWaitFor_wait_for_issue86296(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		inner, reached := async.GoValue(ctx, result("done")), false
		task := async.Go(ctx, func(ctx context.Context) error {
			if _, err := async.WaitFor(ctx, inner, 100*time.Second); err != nil {
				return err
			}
			err := async.Sleep(ctx, time.Second)
			reached = err == nil
			return err
		})
		require.False(t, task.Done())
		require.NoError(t, async.Yield(ctx))
		task.Cancel() // inner has ended
		requireCanceled(t, task.Wait(ctx))
		requireResult(t, inner, "done")
		require.False(t, reached)
	})
}

func TestWaitForShield_zero_timeout(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, after(10*ms, "done"))
		shielded := async.GoValue(ctx, func(ctx context.Context) (string, error) { return async.Shield(ctx, task) })
		_, err := async.WaitFor(ctx, shielded, 0)
		require.ErrorIs(t, err, async.ErrTimeout)
		require.False(t, task.Done())
		require.True(t, shielded.Canceled())
		require.NoError(t, async.Sleep(ctx, 100*ms))
		requireResult(t, task, "done")
	})
}

func TestWaitForShield_none_timeout(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, after(100*ms, "done"))
		shielded := async.Coro[string](func(ctx context.Context) (string, error) { return async.Shield(ctx, task) })
		_, err := async.WaitFor(ctx, shielded, async.NoTimeout)
		require.NoError(t, err)
		requireResult(t, task, "done")
	})
}

func TestWaitForShield_shielded_timeout(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, after(100*ms, "done"))
		shielded := async.Coro[string](func(ctx context.Context) (string, error) { return async.Shield(ctx, task) })
		_, err := async.WaitFor(ctx, shielded, 10*ms)
		require.ErrorIs(t, err, async.ErrTimeout)
		require.False(t, task.Done())
		v, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, "done", v)
	})
}

// testTimesOut requires a WaitFor to cancel the task when the time is up.
func testTimesOut(t *testing.T, ctx context.Context, task *async.Task[async.Void], timeout time.Duration) {
	_, err := async.WaitFor(ctx, task, timeout)
	require.ErrorIs(t, err, async.ErrTimeout)
	require.True(t, task.Done())
	require.True(t, task.Canceled())
}

// testCancelWaitFor requires the cancellation of a WaitFor to cancel the task
// that it waits for.
func testCancelWaitFor(t *testing.T, limit time.Duration) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, async.NewFuture[async.Void](ctx).Wait)
		waiting := async.GoValue(ctx, func(ctx context.Context) (async.Void, error) { return async.WaitFor(ctx, task, limit) })
		async.RunningLoop(ctx).CallSoon(func() { waiting.Cancel() })
		requireCanceled(t, waiting.Wait(ctx))
		require.True(t, task.Canceled())
	})
}

// swallowing is a coroutine that sleeps for d, is interrupted, and returns v.
func swallowing(t *testing.T, d time.Duration, v int) async.Coro[int] {
	return func(ctx context.Context) (int, error) {
		requireCanceled(t, async.Sleep(ctx, d))
		return v, nil
	}
}

// slowToEnd is a coroutine that takes a while to end once it is interrupted,
// and notes that it has.
func slowToEnd(r *record) async.Func {
	return func(ctx context.Context) error {
		err := async.Sleep(ctx, 10*time.Second)
		_ = async.Sleep(async.Uncancel(ctx), 100*ms)
		r.add("ended")
		return err
	}
}

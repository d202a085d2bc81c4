package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestQueuePut_blocking_put(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		asynctest.MustNotSuspend(t, ctx, func() { require.NoError(t, q.Put(ctx, 1)) })
		require.Equal(t, 1, get(t, ctx, &q))
	})
}

func TestQueuePut_blocking_put_wait(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](1)
		var begun primitives.Event
		async.RunningLoop(ctx).CallLater(10*ms, func() { getNowait(t, q) })
		task := async.Go(ctx, func(ctx context.Context) error {
			begun.Set()
			require.NoError(t, q.Put(ctx, 1))
			return q.Put(ctx, 2)
		})
		require.NoError(t, begun.Wait(ctx))
		require.False(t, task.Done())
		require.NoError(t, task.Wait(ctx))
	})
}

func TestQueuePut_nonblocking_put(t *testing.T) {
	asynctest.Run(t, func(context.Context) { testNowait(t) })
}

func TestQueuePut_get_cancel_drop_one_pending_reader(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		reader := async.GoValue(ctx, q.Get)
		yields(t, ctx, 1)
		require.NoError(t, q.PutNowait(1))
		require.NoError(t, q.PutNowait(2))
		reader.Cancel()
		requireCanceled(t, reader.Wait(ctx))
		require.Equal(t, 1, get(t, ctx, &q)) // it took nothing with it
	})
}

func TestQueuePut_get_cancel_drop_many_pending_readers(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		var readers [3]*async.Task[int]
		require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			for i := range readers {
				readers[i] = async.GoValueIn(tg, q.Get)
			}
			yields(t, ctx, 1)
			require.NoError(t, q.PutNowait(1))
			require.NoError(t, q.PutNowait(2))
			readers[0].Cancel()
			requireCanceled(t, readers[0].Wait(ctx))
			return readers[2].Wait(ctx)
		}))
		requireResult(t, readers[1], 1)
		requireResult(t, readers[2], 2)
	})
}

func TestQueuePut_put_cancel_drop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](1)
		require.NoError(t, q.PutNowait(1))
		writer := async.Go(ctx, putting(q, 2))
		yields(t, ctx, 1)
		require.Equal(t, 1, getNowait(t, q))
		writer.Cancel()
		requireCanceled(t, writer.Wait(ctx))
		require.NoError(t, async.Go(ctx, putting(q, 2)).Wait(ctx))
		require.Equal(t, 2, getNowait(t, q))
		require.Zero(t, q.Qsize())
	})
}

func TestQueuePut_nonblocking_put_exception(t *testing.T) {
	asynctest.Run(t, func(context.Context) {
		q := primitives.NewQueue[int](1)
		require.NoError(t, q.PutNowait(1))
		require.ErrorIs(t, q.PutNowait(2), primitives.ErrQueueFull)
	})
}

func TestQueuePut_put_cancelled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		task := async.Go(ctx, putting(&q, 1))
		require.Equal(t, 1, get(t, ctx, &q))
		requireSuccess(t, task)
	})
}

func TestQueuePut_put_cancelled_race(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[string](1)
		a, b, c := async.Go(ctx, putting(q, "a")), async.Go(ctx, putting(q, "b")), async.Go(ctx, putting(q, "X"))
		yields(t, ctx, 1)
		require.True(t, a.Done())
		require.False(t, b.Done())
		c.Cancel()
		yields(t, ctx, 1)
		require.True(t, c.Done())
		require.Equal(t, "a", getNowait(t, q))
		yields(t, ctx, 1)
		require.Equal(t, "b", getNowait(t, q))
		require.NoError(t, b.Wait(ctx))
	})
}

func TestQueuePut_put_with_waiting_getters(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[string]
		task := async.GoValue(ctx, q.Get)
		yields(t, ctx, 1)
		require.NoError(t, q.Put(ctx, "a"))
		require.NoError(t, task.Wait(ctx))
		requireResult(t, task, "a")
	})
}

func TestQueuePut_why_are_putters_waiting(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](2)
		require.NoError(t, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(func(ctx context.Context) error {
				yields(t, ctx, 1)
				for range q.Qsize() {
					getNowait(t, q)
				}
				return nil
			})
			for i := range 4 {
				tg.Go(putting(q, i))
			}
			return nil
		}))
	})
}

func TestQueuePut_cancelled_puts_not_being_held_in_self_putters(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](1)
		require.NoError(t, q.PutNowait(1))
		task := async.Go(ctx, putting(q, 1))
		yields(t, ctx, 1)
		_, putters := q.Waiting()
		require.Equal(t, 1, putters)
		task.Cancel()
		requireCanceled(t, task.Wait(ctx))
		_, putters = q.Waiting()
		require.Zero(t, putters)
	})
}

func TestQueuePut_cancelled_put_silence_value_error_exception(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](1)
		require.NoError(t, q.PutNowait(1))
		task := async.Go(ctx, putting(q, 1))
		yields(t, ctx, 1)
		getNowait(t, q) // which wakes it
		task.Cancel()
		requireCanceled(t, task.Wait(ctx))
	})
}

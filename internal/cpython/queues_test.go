package cpython

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestQueueBasic_repr(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		require.True(t, strings.HasPrefix(q.String(), "<Queue"), q.String())
		getter := async.GoValue(ctx, q.Get)
		yields(t, ctx, 1)
		require.Contains(t, q.String(), "getters[1]")
		require.NoError(t, q.PutNowait(0))
		require.NoError(t, getter.Wait(ctx))

		full := primitives.NewQueue[int](1)
		require.NoError(t, full.PutNowait(1))
		putter := async.Go(ctx, putting(full, 2))
		yields(t, ctx, 1)
		require.Contains(t, full.String(), "putters[1]")
		getNowait(t, full)
		require.NoError(t, putter.Wait(ctx))
		require.Contains(t, full.String(), "queue=[2]")
	})
}

func TestQueueBasic_empty(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		require.True(t, q.Empty())
		require.NoError(t, q.Put(ctx, 1))
		require.False(t, q.Empty())
		require.Equal(t, 1, get(t, ctx, &q))
		require.True(t, q.Empty())
	})
}

func TestQueueBasic_full(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var unbounded primitives.Queue[int]
		require.False(t, unbounded.Full())
		q := primitives.NewQueue[int](1)
		require.NoError(t, q.Put(ctx, 1))
		require.True(t, q.Full())
	})
}

func TestQueueBasic_order(t *testing.T) {
	testOrder(t, primitives.NewQueue[int](0), 1, 3, 2)
}

func TestQueueBasic_maxsize(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](2)
		require.Equal(t, 2, q.Maxsize())
		var put []int
		task := async.Go(ctx, func(ctx context.Context) error {
			for i := range 3 {
				require.NoError(t, q.Put(ctx, i))
				put = append(put, i)
			}
			return nil
		})
		yields(t, ctx, 2)
		require.Equal(t, []int{0, 1}, put) // the third has to wait
		require.Equal(t, 0, get(t, ctx, q))
		yields(t, ctx, 1)
		require.Equal(t, []int{0, 1, 2}, put)
		require.Equal(t, 1, get(t, ctx, q))
		require.Equal(t, 2, get(t, ctx, q))
		requireSuccess(t, task)
	})
}

func TestQueueGet_blocking_get(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		require.NoError(t, q.PutNowait(1))
		asynctest.MustNotSuspend(t, ctx, func() { require.Equal(t, 1, get(t, ctx, &q)) })
	})
}

func TestQueueGet_get_with_putters(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](1)
		require.NoError(t, q.Put(ctx, 1))
		putter := async.Go(ctx, putting(q, 2))
		yields(t, ctx, 1)
		require.Equal(t, 1, get(t, ctx, q))
		yields(t, ctx, 1)
		requireSuccess(t, putter)
	})
}

func TestQueueGet_blocking_get_wait(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		var begun primitives.Event
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			begun.Set()
			return q.Get(ctx)
		})
		require.NoError(t, begun.Wait(ctx))
		require.False(t, task.Done())
		async.RunningLoop(ctx).CallLater(10*ms, func() { require.NoError(t, q.PutNowait(1)) })
		v, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

func TestQueueGet_nonblocking_get(t *testing.T) {
	asynctest.Run(t, func(context.Context) { testNowait(t) })
}

func TestQueueGet_nonblocking_get_exception(t *testing.T) {
	asynctest.Run(t, func(context.Context) {
		_, err := new(primitives.Queue[int]).GetNowait()
		require.ErrorIs(t, err, primitives.ErrQueueEmpty)
	})
}

func TestQueueGet_get_cancelled_race(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[string]
		t1, t2 := async.GoValue(ctx, q.Get), async.GoValue(ctx, q.Get)
		yields(t, ctx, 1)
		t1.Cancel()
		yields(t, ctx, 1)
		require.True(t, t1.Done())
		require.NoError(t, q.Put(ctx, "a"))
		yields(t, ctx, 1)
		requireResult(t, t2, "a")
	})
}

func TestQueueGet_get_with_waiting_putters(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[string](1)
		async.Go(ctx, putting(q, "a"))
		async.Go(ctx, putting(q, "b"))
		require.Equal(t, "a", get(t, ctx, q))
		require.Equal(t, "b", get(t, ctx, q))
	})
}

func TestQueueGet_why_are_getters_waiting(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		const items = 5
		q := primitives.NewQueue[int](1)
		require.NoError(t, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(func(ctx context.Context) error {
				for i := range items {
					require.NoError(t, q.Put(ctx, i))
				}
				return nil
			})
			tg.Go(func(ctx context.Context) error {
				for i := range items {
					require.Equal(t, i, get(t, ctx, q))
				}
				return nil
			})
			return nil
		}))
	})
}

func TestQueueGet_cancelled_getters_not_being_held_in_self_getters(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](5)
		_, err := async.WaitFor(ctx, async.Coro[int](q.Get), 100*ms)
		require.ErrorIs(t, err, async.ErrTimeout)
		getters, _ := q.Waiting()
		require.Zero(t, getters)
	})
}

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

func TestLifoQueue_order(t *testing.T) {
	testOrder(t, primitives.NewLifoQueue[int](0), 2, 3, 1)
}

func TestPriorityQueue_order(t *testing.T) {
	testOrder(t, primitives.NewPriorityQueue(0, func(a, b int) bool { return a < b }), 1, 2, 3)
}

// testOrder requires a queue into which 1, 3 and 2 are put to give want.
func testOrder(t *testing.T, q *primitives.Queue[int], want ...int) {
	asynctest.Run(t, func(ctx context.Context) {
		for _, v := range []int{1, 3, 2} {
			require.NoError(t, q.Put(ctx, v))
		}
		var got []int
		for range want {
			got = append(got, get(t, ctx, q))
		}
		require.Equal(t, want, got)
	})
}

// testNowait requires what was put to be there at once.
func testNowait(t *testing.T) {
	var q primitives.Queue[int]
	require.NoError(t, q.PutNowait(1))
	require.Equal(t, 1, getNowait(t, &q))
}

// putting is a coroutine that puts v into q.
func putting[T any](q *primitives.Queue[T], v T) async.Func {
	return func(ctx context.Context) error { return q.Put(ctx, v) }
}

// get is what q gives.
func get[T any](t *testing.T, ctx context.Context, q *primitives.Queue[T]) T {
	t.Helper()
	v, err := q.Get(ctx)
	require.NoError(t, err)
	return v
}

// getNowait is what q has.
func getNowait[T any](t *testing.T, q *primitives.Queue[T]) T {
	t.Helper()
	v, err := q.GetNowait()
	require.NoError(t, err)
	return v
}

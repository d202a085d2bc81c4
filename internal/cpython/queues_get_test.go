package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

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

// testNowait requires what was put to be there at once.
func testNowait(t *testing.T) {
	var q primitives.Queue[int]
	require.NoError(t, q.PutNowait(1))
	require.Equal(t, 1, getNowait(t, &q))
}

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

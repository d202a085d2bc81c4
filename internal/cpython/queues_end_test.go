package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// forEachQueue runs test with each kind of queue.
func forEachQueue(t *testing.T, test func(t *testing.T, ctx context.Context, newQueue func(maxsize int) *primitives.Queue[int])) {
	kinds := map[string]func(maxsize int) *primitives.Queue[int]{
		"Queue":     primitives.NewQueue[int],
		"LifoQueue": primitives.NewLifoQueue[int],
		"PriorityQueue": func(maxsize int) *primitives.Queue[int] {
			return primitives.NewPriorityQueue(maxsize, func(a, b int) bool { return a < b })
		},
	}
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			asynctest.Run(t, func(ctx context.Context) { test(t, ctx, kind) })
		})
	}
}

func TestQueueJoin_task_done_underflow(t *testing.T) {
	forEachQueue(t, func(t *testing.T, _ context.Context, newQueue func(int) *primitives.Queue[int]) {
		require.Panics(t, newQueue(0).TaskDone)
	})
}

func TestQueueJoin_task_done(t *testing.T) {
	forEachQueue(t, func(t *testing.T, ctx context.Context, newQueue func(int) *primitives.Queue[int]) {
		q := newQueue(0)
		want := 0
		for i := range 100 {
			require.NoError(t, q.PutNowait(i))
			want += i
		}
		sum, running := 0, true
		require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			for range 2 {
				tg.Go(func(ctx context.Context) error {
					for running {
						sum += get(t, ctx, q)
						q.TaskDone()
					}
					return nil
				})
			}
			err := q.Join(ctx)
			require.Equal(t, want, sum)
			running = false
			for range 2 {
				require.NoError(t, q.PutNowait(0))
			}
			return err
		}))
	})
}

func TestQueueJoin_join_empty_queue(t *testing.T) {
	forEachQueue(t, func(t *testing.T, ctx context.Context, newQueue func(int) *primitives.Queue[int]) {
		q := newQueue(0)
		require.NoError(t, q.Join(ctx))
		require.NoError(t, q.Join(ctx))
	})
}

func TestQueueJoin_format(t *testing.T) {
	forEachQueue(t, func(t *testing.T, ctx context.Context, newQueue func(int) *primitives.Queue[int]) {
		q := newQueue(0)
		require.Contains(t, q.String(), " maxsize=0>")
		for range 2 { // taken, and not done
			require.NoError(t, q.PutNowait(1))
			get(t, ctx, q)
		}
		require.Contains(t, q.String(), " maxsize=0 tasks=2>")
	})
}

func TestQueueShutdown_format(t *testing.T) {
	forEachQueue(t, func(t *testing.T, _ context.Context, newQueue func(int) *primitives.Queue[int]) {
		q := newQueue(0)
		q.Shutdown(false)
		require.Contains(t, q.String(), " maxsize=0 shutdown>")
	})
}

func TestQueueShutdown_shutdown_empty(t *testing.T) {
	forEachQueue(t, func(t *testing.T, ctx context.Context, newQueue func(int) *primitives.Queue[int]) {
		q := newQueue(0)
		getter := async.GoValue(ctx, q.Get)
		yields(t, ctx, 1)
		q.Shutdown(false)
		require.Zero(t, q.Qsize())
		require.NoError(t, q.Join(ctx))
		yields(t, ctx, 1)
		require.True(t, getter.Done())
		require.ErrorIs(t, getter.Err(), primitives.ErrQueueShutDown)
		requireShutDown(t, ctx, q)
	})
}

func TestQueueShutdown_shutdown_nonempty(t *testing.T) {
	forEachQueue(t, func(t *testing.T, ctx context.Context, newQueue func(int) *primitives.Queue[int]) {
		q := newQueue(1)
		require.NoError(t, q.PutNowait(1))
		joining, putter := async.Go(ctx, q.Join), async.Go(ctx, putting(q, 2))
		yields(t, ctx, 1)
		require.False(t, putter.Done())

		q.Shutdown(false)
		require.Equal(t, 1, q.Qsize())
		yields(t, ctx, 1)
		require.True(t, putter.Done())
		require.ErrorIs(t, putter.Err(), primitives.ErrQueueShutDown)
		require.Equal(t, 1, get(t, ctx, q)) // what is there may still be got
		yields(t, ctx, 1)
		require.False(t, joining.Done())
		requireShutDown(t, ctx, q)

		q.TaskDone()
		yields(t, ctx, 1)
		requireSuccess(t, joining)
		require.Panics(t, q.TaskDone)
	})
}

func TestQueueShutdown_shutdown_immediate(t *testing.T) {
	forEachQueue(t, func(t *testing.T, ctx context.Context, newQueue func(int) *primitives.Queue[int]) {
		q := newQueue(0)
		require.NoError(t, q.PutNowait(1))
		joining := async.Go(ctx, q.Join)
		q.Shutdown(true)
		require.Zero(t, q.Qsize())
		yields(t, ctx, 1)
		requireSuccess(t, joining)
		requireShutDown(t, ctx, q)
		require.Panics(t, q.TaskDone)
	})
}

func TestQueueShutdown_shutdown_immediate_with_unfinished(t *testing.T) {
	forEachQueue(t, func(t *testing.T, ctx context.Context, newQueue func(int) *primitives.Queue[int]) {
		q := newQueue(0)
		require.NoError(t, q.PutNowait(1))
		require.NoError(t, q.PutNowait(1))
		joining := async.Go(ctx, q.Join)
		require.Equal(t, 1, get(t, ctx, q))
		q.Shutdown(true)
		require.Zero(t, q.Qsize())
		yields(t, ctx, 1)
		require.False(t, joining.Done())
		requireShutDown(t, ctx, q)
		q.TaskDone() // of the one that was got
		require.Panics(t, q.TaskDone)
		yields(t, ctx, 1)
		requireSuccess(t, joining)
	})
}

// requireShutDown requires a queue to take and to give nothing more.
func requireShutDown(t *testing.T, ctx context.Context, q *primitives.Queue[int]) {
	t.Helper()
	_, err := q.Get(ctx)
	_, nowait := q.GetNowait()
	for _, err := range []error{q.Put(ctx, 1), q.PutNowait(1), err, nowait} {
		require.ErrorIs(t, err, primitives.ErrQueueShutDown)
	}
}

package cpython

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

const parties = 5

func TestBarrier_barrier(t *testing.T) {
	require.Contains(t, primitives.NewBarrier(parties).String(), "filling")
}

func TestBarrier_repr(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(parties)
		require.Contains(t, b.String(), "filling")
		var all []*async.Task[async.Void]
		add := func(n int) {
			all = append(all, starting(ctx, n, waitOnce(b))...)
			yields(t, ctx, 1)
		}
		add(2)
		require.Contains(t, b.String(), "waiters:2/5")
		require.Contains(t, b.String(), "filling")
		add(b.Parties() - b.Waiting())
		require.Contains(t, b.String(), "draining")
		add(2)
		require.NoError(t, b.Reset(ctx))
		require.Contains(t, b.String(), "resetting")
		add(2)
		require.NoError(t, b.Abort(ctx))
		require.Contains(t, b.String(), "broken")
		require.True(t, b.Broken())
		_, err := async.GatherSettled(ctx, all...)
		require.NoError(t, err)
	})
}

func TestBarrier_barrier_parties(t *testing.T) {
	require.Panics(t, func() { primitives.NewBarrier(0) })
	require.Panics(t, func() { primitives.NewBarrier(-4) })
	require.Equal(t, parties, primitives.NewBarrier(parties).Parties())
}

func TestBarrier_context_manager(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(3)
		indexes := waitTogether(t, ctx, 3, b.Wait)
		slices.Sort(indexes)
		require.Equal(t, []int{0, 1, 2}, indexes)
		requireAtRest(t, b)
	})
}

func TestBarrier_filling_one_task(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(1)
		_, err := b.Wait(ctx)
		require.NoError(t, err)
		requireAtRest(t, b)
	})
}

func TestBarrier_filling_one_task_twice(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(1)
		t1 := async.GoValue(ctx, b.Wait)
		yields(t, ctx, 1)
		require.Zero(t, b.Waiting())
		t2 := async.GoValue(ctx, b.Wait)
		yields(t, ctx, 1)
		requireResult(t, t1, 0)
		requireResult(t, t2, 0)
		requireAtRest(t, b)
	})
}

func TestBarrier_filling_task_by_task(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(3)
		var all []*async.Task[int]
		for n := range 3 {
			require.Equal(t, n, b.Waiting())
			require.Contains(t, b.String(), "filling")
			all = append(all, async.GoValue(ctx, b.Wait))
			yields(t, ctx, 1)
		}
		_, _, err := async.Wait(ctx, async.AllCompleted, all...)
		require.NoError(t, err)
		requireAtRest(t, b)
	})
}

func TestBarrier_filling_tasks_wait_twice(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(parties)
		var got record
		waitTogether(t, ctx, parties, func(ctx context.Context) (int, error) {
			require.NoError(t, noteAfter(&got, "first", waitOnce(b))(ctx))
			return 0, noteAfter(&got, "second", waitOnce(b))(ctx)
		})
		requireCounts(t, got, map[string]int{"first": parties, "second": parties})
		requireAtRest(t, b)
	})
}

func TestBarrier_filling_tasks_check_return_value(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(parties)
		var got record
		indexes := waitTogether(t, ctx, parties, func(ctx context.Context) (int, error) {
			require.NoError(t, noteAfter(&got, "first", waitOnce(b))(ctx))
			i, err := b.Wait(ctx)
			got.add("second")
			return i, err
		})
		requireCounts(t, got, map[string]int{"first": parties, "second": parties})
		slices.Sort(indexes)
		require.Equal(t, []int{0, 1, 2, 3, 4}, indexes)
		requireAtRest(t, b)
	})
}

func TestBarrier_draining_state(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(parties)
		var states record
		waitTogether(t, ctx, parties, func(ctx context.Context) (int, error) {
			i, err := b.Wait(ctx)
			states.add("%s", b)
			return i, err
		})
		require.Len(t, states, parties)
		for _, state := range states[:parties-1] {
			require.Contains(t, state, "draining")
		}
		require.Contains(t, states[parties-1], "filling")
		requireAtRest(t, b)
	})
}

func TestBarrier_blocking_tasks_while_draining(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		const again = 2
		b, others := primitives.NewBarrier(parties), primitives.NewBarrier(parties-again)
		left := again
		waitTogether(t, ctx, parties, func(ctx context.Context) (int, error) {
			require.NoError(t, waitOnce(b)(ctx))
			if left > 0 {
				left--
			} else {
				require.NoError(t, waitOnce(others)(ctx))
			}
			return b.Wait(ctx)
		})
		requireAtRest(t, b)
		requireAtRest(t, others)
	})
}

func TestBarrier_filling_tasks_cancel_one(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := primitives.NewBarrier(3)
		var got record
		add := func(want int) *async.Task[async.Void] {
			task := async.Go(ctx, noteAfter(&got, "passed", waitOnce(b)))
			yields(t, ctx, 1)
			require.Equal(t, want, b.Waiting())
			return task
		}
		t1, t2 := add(1), add(2)
		t1.Cancel()
		yields(t, ctx, 1)
		require.Equal(t, 1, b.Waiting())
		requireCanceled(t, t1.Wait(ctx))
		t3 := add(2)
		t4 := async.Go(ctx, noteAfter(&got, "passed", waitOnce(b)))
		_, err := async.Gather(ctx, t2, t3, t4)
		require.NoError(t, err)
		require.Len(t, got, 3)
		requireAtRest(t, b)
	})
}

// waitOnce is Barrier.Wait without the index.
func waitOnce(b *primitives.Barrier) async.Func {
	return func(ctx context.Context) error {
		_, err := b.Wait(ctx)
		return err
	}
}

// noteBroken notes name if err says that a barrier is broken, and else requires
// that there is no error; it reports whether it was broken.
func noteBroken(t *testing.T, r *record, name string, err error) bool {
	t.Helper()
	if !errors.Is(err, primitives.ErrBrokenBarrier) {
		require.NoError(t, err)
		return false
	}
	r.add("%s", name)
	return true
}

// starting starts n tasks.
func starting(ctx context.Context, n int, coro async.Func) (tasks []*async.Task[async.Void]) {
	for range n {
		tasks = append(tasks, async.Go(ctx, coro))
	}
	return tasks
}

// waitTogether runs n tasks and returns their values.
func waitTogether(t *testing.T, ctx context.Context, n int, coro async.Coro[int]) []int {
	t.Helper()
	values, err := async.Gather(ctx, slices.Repeat([]async.Coro[int]{coro}, n)...)
	require.NoError(t, err)
	return values
}

// runTogether runs n tasks to their end.
func runTogether(t *testing.T, ctx context.Context, n int, coro func(ctx context.Context)) {
	t.Helper()
	waitTogether(t, ctx, n, func(ctx context.Context) (int, error) {
		coro(ctx)
		return 0, nil
	})
}

// requireAtRest requires a barrier to be whole, with nobody waiting.
func requireAtRest(t *testing.T, b *primitives.Barrier) {
	t.Helper()
	require.Zero(t, b.Waiting())
	require.False(t, b.Broken())
}

// requireCounts requires a record to have each of these so often, and no other.
func requireCounts(t *testing.T, r record, want map[string]int) {
	t.Helper()
	got := map[string]int{}
	for _, name := range r {
		got[name]++
	}
	require.Equal(t, want, got)
}

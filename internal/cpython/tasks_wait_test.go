package cpython

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// A task without a value, as most of these tests use.
type plainTask = async.Task[async.Void]

// waits waits for tasks and checks which of them are done, and after what time.
func waits(t *testing.T, ctx context.Context, when async.When, after time.Duration, done, pending []*plainTask) {
	t.Helper()
	var ended, left []*plainTask
	took := elapsed(ctx, func() {
		var err error
		ended, left, err = async.Wait(ctx, when, slices.Concat(done, pending)...)
		require.NoError(t, err)
	})
	require.Equal(t, after, took)
	same(t, done, ended)
	same(t, pending, left)
}

// same checks that got is want, task by task.
func same[W comparable](t *testing.T, want, got []W) {
	t.Helper()
	require.True(t, slices.Equal(want, got), "%v, not %v", got, want)
}

// list is a list of tasks, nil without one, as Wait returns it.
func list(tasks ...*plainTask) []*plainTask { return tasks }

func TestBaseTask_wait(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := async.Go(ctx, sleep(100*ms)), async.Go(ctx, sleep(150*ms))
		waits(t, ctx, async.AllCompleted, 150*ms, list(b, a), nil)
		waits(t, ctx, async.AllCompleted, 0, list(b, a), nil)
	})
}

func TestBaseTask_wait_duplicate_coroutines(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		c, other := async.GoValue(ctx, result("test")), async.GoValue(ctx, result("spam"))
		done, pending, err := async.Wait(ctx, async.AllCompleted, c, c, other)
		require.NoError(t, err)
		require.Empty(t, pending)
		same(t, []*async.Task[string]{c, other}, done)
	})
}

func TestBaseTask_wait_errors(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		asynctest.MustNotSuspend(t, ctx, func() {
			done, pending, err := async.Wait[*plainTask](ctx, async.AllCompleted)
			require.NoError(t, err)
			require.Empty(t, done)
			require.Empty(t, pending)
		})
		task := async.Go(ctx, sleep(10*time.Second))
		panics(t, func() { _, _, _ = async.Wait(ctx, async.When(-1), task) })
	})
}

func TestBaseTask_wait_first_completed(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := async.Go(ctx, sleep(10*time.Second)), async.Go(ctx, sleep(100*ms))
		waits(t, ctx, async.FirstCompleted, 100*ms, list(b), list(a))
		require.False(t, a.Done())
		require.True(t, b.Done())
		require.NoError(t, b.Err())
		waits(t, ctx, async.AllCompleted, 9900*ms, list(a, b), nil)
	})
}

func TestBaseTask_wait_really_done(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a := async.Go(ctx, async.Yield)
		b := async.Go(ctx, func(ctx context.Context) error {
			yields(t, ctx, 2)
			return nil
		})
		waits(t, ctx, async.FirstCompleted, 0, list(b, a), nil)
		require.NoError(t, a.Err())
		require.NoError(t, b.Err())
	})
}

func TestBaseTask_wait_first_exception(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := async.Go(ctx, sleep(10*time.Second)), async.Go(ctx, fail(errMine))
		waits(t, ctx, async.FirstError, 0, list(b), list(a))
		require.Equal(t, errMine, b.Err())
	})
}

func TestBaseTask_wait_first_exception_in_wait(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := async.Go(ctx, sleep(10*time.Second)), async.Go(ctx, failFinally(10*ms, errMine))
		waits(t, ctx, async.FirstError, 10*ms, list(b), list(a))
		require.Equal(t, errMine, b.Err())
	})
}

func TestBaseTask_wait_with_exception(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := async.Go(ctx, sleep(100*ms)), async.Go(ctx, failFinally(150*ms, errMine))
		waits(t, ctx, async.AllCompleted, 150*ms, list(b, a), nil)
		waits(t, ctx, async.AllCompleted, 0, list(b, a), nil)
		require.NoError(t, a.Err())
		require.Equal(t, errMine, b.Err())
	})
}

// waitsFor is waits for a time.
func waitsFor(t *testing.T, d time.Duration) {
	t.Helper()
	asynctest.Run(t, func(ctx context.Context) {
		a, b := async.Go(ctx, sleep(100*ms)), async.Go(ctx, sleep(150*ms))
		yields(t, ctx, 1)
		require.Equal(t, d, elapsed(ctx, func() {
			done, pending, err := async.WaitTimeout(ctx, async.AllCompleted, d, b, a)
			require.NoError(t, err)
			same(t, list(a), done)
			same(t, list(b), pending)
		}))
	})
}

func TestBaseTask_wait_with_timeout(t *testing.T) { waitsFor(t, 110*ms) }

func TestBaseTask_wait_concurrent_complete(t *testing.T) { waitsFor(t, 100*ms) }

func TestBaseTask_wait_with_iterator_of_tasks(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := async.Go(ctx, sleep(100*ms)), async.Go(ctx, sleep(150*ms))
		waits(t, ctx, async.AllCompleted, 150*ms, slices.Collect(slices.Values(list(b, a))), nil)
	})
}

func TestBaseTask_wait_generator(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		tasks := slices.Collect(func(yield func(*async.Task[int]) bool) {
			for i := range 10 {
				yield(async.GoValue(ctx, result(i)))
			}
		})
		done, pending, err := async.Wait(ctx, async.AllCompleted, tasks...)
		require.NoError(t, err)
		require.Len(t, done, 10)
		require.Empty(t, pending)
	})
}

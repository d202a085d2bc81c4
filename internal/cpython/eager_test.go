package cpython

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// runEager runs a test on a loop whose tasks start at once.
func runEager(t *testing.T, body func(t *testing.T, ctx context.Context)) {
	t.Helper()
	require.Empty(t, toldBy(t, true, body))
}

func TestEagerTaskFactoryLoop_eager_task_factory_set(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		task := async.Go(ctx, fail(nil))
		require.True(t, task.Done())
		require.NoError(t, task.Wait(ctx))
	})
}

func TestEagerTaskFactoryLoop_await_future_during_eager_step(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		fut := async.NewFuture[string](ctx)
		task := async.Go(ctx, func(context.Context) error { return fut.SetResult("my message") })
		require.True(t, task.Done())
		v, err := fut.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, "my message", v)
	})
}

func TestEagerTaskFactoryLoop_eager_completion(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		task := async.GoValue(ctx, result("hello"))
		require.True(t, task.Done())
		requireResult(t, task, "hello")
	})
}

func TestEagerTaskFactoryLoop_block_after_eager_step(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		task := async.GoValue(ctx, after(100*ms, "finished after blocking"))
		require.False(t, task.Done())
		v, err := task.Await(ctx)
		require.True(t, task.Done())
		require.NoError(t, err)
		require.Equal(t, "finished after blocking", v)
	})
}

func TestEagerTaskFactoryLoop_cancellation_after_eager_completion(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		task := async.GoValue(ctx, result("finished without blocking"))
		require.False(t, task.Cancel()) // it has ended
		requireResult(t, task, "finished without blocking")
		require.False(t, task.Canceled())
	})
}

func TestEagerTaskFactoryLoop_cancellation_after_eager_step_blocks(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		task := async.Go(ctx, sleep(100*ms))
		task.CancelCause(errMine)
		require.Positive(t, task.Canceling())
		err := task.Wait(ctx)
		requireCanceled(t, err)
		require.ErrorIs(t, err, errMine)
	})
}

func TestEagerTaskFactoryLoop_current_task(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		var current async.AnyTask
		task := async.Go(ctx, func(ctx context.Context) error {
			current = async.CurrentTask(ctx)
			err := async.Sleep(ctx, 100*ms)
			require.Equal(t, current, async.CurrentTask(ctx))
			return err
		})
		require.Equal(t, task.Any(), current)
		require.NoError(t, task.Wait(ctx))
	})
}

func TestEagerTaskFactoryLoop_all_tasks_with_eager_completion(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		var during []async.AnyTask
		task := async.Go(ctx, func(ctx context.Context) error {
			during = async.AllTasks(ctx)
			return nil
		})
		require.Contains(t, during, task.Any())
		require.NotContains(t, async.AllTasks(ctx), task.Any())
	})
}

func TestEagerTaskFactoryLoop_all_tasks_with_blocking(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		fut1, fut2 := async.NewFuture[async.Void](ctx), async.NewFuture[async.Void](ctx)
		var during []async.AnyTask
		task := async.Go(ctx, func(ctx context.Context) error {
			during = async.AllTasks(ctx)
			require.NoError(t, fut1.Wait(ctx))
			return fut2.SetResult(async.Void{})
		})
		require.Contains(t, during, task.Any())
		require.Contains(t, async.AllTasks(ctx), task.Any())
		require.NoError(t, fut1.SetResult(async.Void{}))
		require.NoError(t, fut2.Wait(ctx))
		require.NotContains(t, async.AllTasks(ctx), task.Any())
	})
}

func TestEagerTaskFactoryLoop_context_vars(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		type key struct{}
		var steps record
		ctx = context.WithValue(ctx, key{}, 1)
		task := async.Go(ctx, func(ctx context.Context) error {
			require.Equal(t, 1, ctx.Value(key{}))
			ctx = context.WithValue(ctx, key{}, 2)
			steps.add("first")
			require.NoError(t, async.Sleep(ctx, 100*ms))
			require.Equal(t, 2, ctx.Value(key{}))
			steps.add("second")
			return nil
		})
		require.Equal(t, record{"first"}, steps)
		require.Equal(t, 1, ctx.Value(key{}))
		require.NoError(t, task.Wait(ctx))
		require.Equal(t, record{"first", "second"}, steps)
		require.Equal(t, 1, ctx.Value(key{}))
	})
}

func TestEagerTaskFactoryLoop_eager_start_false(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		name := ""
		task := async.GoLazy(async.Named(ctx, "example"), notingName(&name))
		require.False(t, task.Done())
		require.Empty(t, name)
		require.NoError(t, task.Wait(ctx))
		require.Equal(t, "example", name)
	})
}

func TestCEagerTaskFactoryLoop_name(t *testing.T) {
	runEager(t, func(t *testing.T, ctx context.Context) {
		name := ""
		task := async.Go(async.Named(ctx, "test name"), notingName(&name))
		require.Equal(t, "test name", name)
		require.NoError(t, task.Wait(ctx))
	})
}

func TestDefaultTaskFactoryEagerStart_eager_start_true_with_default_factory(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		name := ""
		task := async.GoEager(async.Named(ctx, "example"), notingName(&name))
		require.True(t, task.Done())
		require.Equal(t, "example", name)
	})
}

// notingName is a coroutine that stores the name of its task.
func notingName(name *string) async.Func {
	return func(ctx context.Context) error {
		*name = async.CurrentTask(ctx).Name()
		return nil
	}
}

// chain awaits itself so often, and counts.
func chain(ctx context.Context, depth int) (int, error) {
	if depth == 0 {
		return 0, nil
	}
	n, err := async.Coro[int](func(ctx context.Context) (int, error) { return chain(ctx, depth-1) }).Await(ctx)
	return n + 1, err
}

func TestBaseTaskCounting_awaitables_chain(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		asynctest.MustNotSuspend(t, ctx, func() {
			depth, err := chain(ctx, 100)
			require.NoError(t, err)
			require.Equal(t, 100, depth)
		})
		require.Equal(t, 1, tasksSoFar(ctx))
	})
}

func TestBaseTaskCounting_recursive_taskgroups(t *testing.T) {
	for eager, want := range map[bool]int{false: 780, true: 0} {
		t.Run(fmt.Sprintf("eager=%t", eager), func(t *testing.T) {
			toldBy(t, eager, func(t *testing.T, ctx context.Context) {
				late := 0 // tasks that had not begun when they had been made
				require.NoError(t, recursiveGroups(ctx, 5, 4, &late))
				require.Equal(t, want, late)
				require.Equal(t, 781, tasksSoFar(ctx)) // 1 + 5 + 5² + 5³ + 5⁴
			})
		})
	}
}

func recursiveGroups(ctx context.Context, width, depth int, late *int) error {
	if depth == 0 {
		return nil
	}
	return async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
		for range width {
			begun := false
			tg.Go(func(ctx context.Context) error {
				begun = true
				return recursiveGroups(ctx, width, depth-1, late)
			})
			if !begun {
				*late++
			}
		}
		return nil
	})
}

func TestBaseTaskCounting_recursive_gather(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		require.NoError(t, recursiveGather(5, 4)(ctx))
		require.Equal(t, 781, tasksSoFar(ctx))
	})
	runEager(t, func(t *testing.T, ctx context.Context) {
		asynctest.MustNotSuspend(t, ctx, func() { require.NoError(t, recursiveGather(5, 4)(ctx)) })
	})
}

func recursiveGather(width, depth int) async.Func {
	return func(ctx context.Context) error {
		if depth == 0 {
			return nil
		}
		_, err := async.Gather(ctx, slices.Repeat([]async.Func{recursiveGather(width, depth-1)}, width)...)
		return err
	}
}

// tasksSoFar is how many tasks the loop has had, the test's among them.
func tasksSoFar(ctx context.Context) (n int) {
	_, _ = fmt.Sscanf(async.Go(ctx, fail(nil)).Name(), "Task-%d", &n)
	return n - 1
}

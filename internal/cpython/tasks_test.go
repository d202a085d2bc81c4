package cpython

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// An aw is an awaitable of one's own.
type aw struct{ coro async.Coro[string] }

func (a aw) Await(ctx context.Context) (string, error) { return a.coro(ctx) }

func TestBaseTask_other_loop_future(t *testing.T) {
	foreign := async.NewFuture[int](otherLoop(t).Context())
	asynctest.Run(t, func(ctx context.Context) {
		require.Contains(t, panics(t, func() { _ = foreign.Wait(ctx) }), "another loop")
	})
}

func TestBaseTask_task_awaits_on_itself(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var task *plainTask
		task = async.Go(ctx, func(ctx context.Context) error {
			require.Contains(t, panics(t, func() { _ = task.Wait(ctx) }), "itself")
			return nil
		})
		require.NoError(t, task.Wait(ctx))
	})
}

func TestBaseTask_task_class(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	task := async.GoValue(r.Loop().Context(), result("ok"))
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		require.Same(t, r.Loop(), async.RunningLoop(ctx))
		return task.Wait(ctx)
	}))
	require.True(t, task.Done())
	requireResult(t, task, "ok")
}

func TestBaseTask_ensure_future_coroutine(t *testing.T) {
	require.Contains(t, panics(t, func() { async.GoValue(t.Context(), result("ok")) }), "loop")
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, result("ok"))
		require.NoError(t, task.Wait(ctx))
		requireResult(t, task, "ok")
	})
}

func TestBaseTask_ensure_future_future(t *testing.T) {
	foreign := async.NewFuture[string](otherLoop(t).Context())
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[string](ctx)
		require.NoError(t, f.SetResult("ko"))
		values, err := async.Gather(ctx, f)
		require.NoError(t, err)
		require.Equal(t, []string{"ko"}, values)
		require.Len(t, async.AllTasks(ctx), 1, "a future is taken as it is")
		require.Contains(t, panics(t, func() { _, _ = async.Gather(ctx, foreign) }), "another loop")
	})
}

func TestBaseTask_ensure_future_task(t *testing.T) {
	foreign := async.GoValue(otherLoop(t).Context(), result("ok"))
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, result("ok"))
		values, err := async.Gather(ctx, task)
		require.NoError(t, err)
		require.Equal(t, []string{"ok"}, values)
		require.Contains(t, panics(t, func() { _, _ = async.Gather(ctx, foreign) }), "another loop")
	})
}

func TestBaseTask_ensure_future_awaitable(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, aw{result("ok")}.Await)
		v, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, "ok", v)
	})
}

func TestBaseTask_ensure_future_task_awaitable(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		later := aw{func(ctx context.Context) (string, error) { return async.SleepValue(ctx, 0, "ok") }}
		task := async.GoValue(ctx, later.Await)
		require.NoError(t, task.Wait(ctx))
		require.True(t, task.Done())
		values, err := async.Gather(ctx, later, later)
		require.NoError(t, err)
		require.Equal(t, []string{"ok", "ok"}, values)
	})
}

func TestBaseTask_ensure_future_error_msg(t *testing.T) {
	foreign := async.NewFuture[int](otherLoop(t).Context())
	asynctest.Run(t, func(ctx context.Context) {
		text := panics(t, func() { _, _ = async.Shield(ctx, foreign) })
		require.Contains(t, text, "another loop")
	})
}

// inner and outer are named, so that a stack can be told by their names.
func inner(ctx context.Context, f *async.Future[int]) error { return f.Wait(ctx) }

func outer(ctx context.Context, f *async.Future[int]) error { return inner(ctx, f) }

func TestBaseTask_get_stack(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.Go(ctx, func(ctx context.Context) error { return outer(ctx, f) })
		require.Empty(t, task.Stack(), "it has not begun")
		yields(t, ctx, 1)
		var names []string
		for _, frame := range task.Stack() {
			names = append(names, regexp.MustCompile(`\w+$`).FindString(frame.Function))
		}
		require.Contains(t, names, "inner")
		require.Contains(t, names, "outer")
		require.Less(t, indexOf(names, "inner"), indexOf(names, "outer"), "innermost first")
		require.NoError(t, f.SetResult(0))
		require.NoError(t, task.Wait(ctx))
		require.Empty(t, task.Stack(), "it has ended")
	})
}

func indexOf(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}

// notMuch returns a value at once.
func notMuch(context.Context) (string, error) { return "abc", nil }

func TestBaseTask_task_repr(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, notMuch)
		task.SetName("TestTask")
		task.OnDone(func() {})
		require.Regexp(t, `^<Task pending name='TestTask' coro=<notMuch\(\) running at tasks_test.go:\d+>>$`, task.String())
		task.Cancel()
		require.Regexp(t, `^<Task canceling name='TestTask' coro=<notMuch\(\) running at tasks_test.go:\d+>>$`, task.String())
		ended(t, ctx, task)
		require.Regexp(t, `^<Task canceled name='TestTask' coro=<notMuch\(\) done, defined at tasks_test.go:\d+>>$`, task.String())

		task = async.GoValue(ctx, notMuch)
		task.SetName("TestTask")
		require.NoError(t, task.Wait(ctx))
		require.Regexp(t, `^<Task finished name='TestTask' coro=<notMuch\(\) done, defined at tasks_test.go:\d+> result="abc">$`, task.String())
	})
}

func TestBaseTask_task_repr_autogenerated(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		first, second := async.GoValue(ctx, notMuch), async.GoValue(ctx, notMuch)
		require.NotEqual(t, first.String(), second.String())
		number := func(text string) int {
			match := regexp.MustCompile(`^<Task pending name='Task-(\d+)'`).FindStringSubmatch(text)
			require.NotNil(t, match, text)
			n, err := strconv.Atoi(match[1])
			require.NoError(t, err)
			return n
		}
		require.Less(t, number(first.String()), number(second.String()))
	})
}

func TestBaseTask_task_repr_wait_for(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.Go(ctx, f.Wait)
		yields(t, ctx, 1)
		require.Contains(t, task.String(), " wait_for="+f.String()+">")
		require.NoError(t, f.SetResult(0))
		require.NoError(t, task.Wait(ctx))
	})
}

func TestBaseTask_task_basics(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		v, err := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			a, errA := result(42)(ctx)
			b, errB := result(1000).Await(ctx)
			return a + b, errors.Join(errA, errB)
		}).Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1042, v)
	})
}

func TestBaseTask_step_result_future(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[*int](ctx)
		var got *int
		task := async.Go(ctx, func(ctx context.Context) (err error) {
			got, err = f.Await(ctx)
			return err
		})
		yields(t, ctx, 1)
		v := new(int)
		require.NoError(t, f.SetResult(v))
		yields(t, ctx, 1)
		require.Same(t, v, got)
		require.NoError(t, task.Err())
	})
}

func TestBaseTask_coroutine_non_gen_function_return_future(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[string](ctx)
		first := async.GoValue(ctx, result(f))
		second := async.Go(ctx, func(context.Context) error { return f.SetResult("test") })
		v, err := first.Await(ctx)
		require.NoError(t, err)
		require.Same(t, f, v, "the future itself, not its result")
		require.NoError(t, second.Wait(ctx))
	})
}

func TestBaseTask_coroutine_non_gen_function(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		v, err := result("test").Await(ctx)
		require.NoError(t, err)
		require.Equal(t, "test", v)
	})
}

func TestBaseTask_log_destroyed_pending_task(t *testing.T) {
	_, err := told(&async.Runner{Debug: true}, func(ctx context.Context) error {
		async.Go(ctx, func(ctx context.Context) error {
			return async.NewFuture[int](ctx).Wait(ctx)
		}).SetName("kill me")
		return async.NewFuture[int](ctx).Wait(ctx)
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.ErrorContains(t, err, "kill me")
}

func TestBaseTask_task_source_traceback(t *testing.T) {
	events, err := heard(&async.Runner{Debug: true}, func(ctx context.Context) error {
		async.Go(ctx, fail(errMine))
		return async.Sleep(ctx, time.Second)
	})
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.Contains(t, events[0].Started, "tasks_test.go:")
}

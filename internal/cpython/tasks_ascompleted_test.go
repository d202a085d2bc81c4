package cpython

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// arrivals are the values of what AsCompleted gives, in its order, up to the
// error of the iteration.
func arrivals[T any](ctx context.Context, tasks ...*async.Task[T]) (values []T, err error) {
	for task, err := range async.AsCompleted(ctx, tasks...) {
		if err != nil {
			return values, err
		}
		v, err := task.Result()
		if err != nil {
			return values, err
		}
		values = append(values, v)
	}
	return values, nil
}

func TestBaseTask_as_completed(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b, c := after(10*ms, "a"), after(10*ms, "b"), after(150*ms, "c")
		require.Equal(t, 150*ms, elapsed(ctx, func() {
			var values []string
			for coro, err := range async.AsCompleted(ctx, b, c, a) {
				require.NoError(t, err)
				v, err := coro.Await(ctx)
				require.NoError(t, err)
				values = append(values, v)
			}
			require.Equal(t, []string{"b", "a", "c"}, values)
		}))
	})
}

func TestBaseTask_as_completed_same_tasks_in_as_out(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b, d := async.GoValue(ctx, result("b")), async.GoValue(ctx, result("d"))
		var out []*async.Task[string]
		for task, err := range async.AsCompleted(ctx, b, d) {
			require.NoError(t, err)
			out = append(out, task)
		}
		same(t, []*async.Task[string]{b, d}, out)
	})
}

func TestBaseTask_as_completed_with_timeout(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := async.GoValue(ctx, after(100*ms, "a")), async.GoValue(ctx, after(150*ms, "b"))
		var values []string
		require.Equal(t, 120*ms, elapsed(ctx, func() {
			require.ErrorIs(t, async.Timeout(ctx, 120*ms, func(ctx context.Context) (err error) {
				values, err = arrivals(ctx, a, b)
				return err
			}), async.ErrTimeout)
		}))
		require.Equal(t, []string{"a"}, values)
		require.NoError(t, b.Wait(ctx), "it was left alone")
	})
}

func TestBaseTask_as_completed_with_unused_timeout(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a := async.GoValue(ctx, after(10*ms, "a"))
		require.NoError(t, async.Timeout(ctx, 1000*ms, func(ctx context.Context) error {
			values, err := arrivals(ctx, a)
			require.Equal(t, []string{"a"}, values)
			return err
		}))
	})
}

func TestBaseTask_as_completed_resume_iterator(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var tasks []*async.Task[int]
		for i := range 4 {
			tasks = append(tasks, async.GoValue(ctx, result(i)))
		}
		all := async.AsCompleted(ctx, tasks...)
		var values []int
		for task, err := range all {
			require.NoError(t, err)
			values = append(values, valueOf(t, task))
			if len(values) == 2 {
				break
			}
		}
		require.Len(t, values, 2)
		for task, err := range all {
			require.NoError(t, err)
			values = append(values, valueOf(t, task))
		}
		require.Equal(t, []int{0, 1, 2, 3}, values)
	})
}

// valueOf is the value of a task that has one.
func valueOf[T any](t *testing.T, task *async.Task[T]) T {
	t.Helper()
	v, err := task.Result()
	require.NoError(t, err)
	return v
}

func TestBaseTask_as_completed_concurrent(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := async.GoValue(ctx, after(50*ms, "a")), async.GoValue(ctx, after(50*ms, "b"))
		var tasks []*async.Task[string]
		for task, err := range async.AsCompleted(ctx, a, b) {
			require.NoError(t, err)
			tasks = append(tasks, task)
		}
		values, err := async.Gather(ctx, tasks...)
		require.NoError(t, err)
		require.Equal(t, []string{"a", "b"}, values)
	})
}

func TestBaseTask_as_completed_duplicate_coroutines(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		ham, spam := async.GoValue(ctx, result("ham")), async.GoValue(ctx, result("spam"))
		values, err := arrivals(ctx, ham, ham, spam)
		require.NoError(t, err)
		require.Equal(t, []string{"ham", "spam"}, values)
	})
}

func TestBaseTask_as_completed_coroutine_without_loop(t *testing.T) {
	require.Contains(t, panics(t, func() { async.AsCompleted(t.Context(), result(42)) }), "loop")
}

func TestBaseTask_as_completed_coroutine_use_running_loop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		for coro, err := range async.AsCompleted(ctx, result(42)) {
			require.NoError(t, err)
			v, err := coro.Await(ctx)
			require.NoError(t, err)
			require.Equal(t, 42, v)
		}
	})
}

func TestBaseTask_exception_traceback(t *testing.T) {
	_, err := told(&async.Runner{}, func(ctx context.Context) error {
		task := async.Go(ctx, divideByZero)
		yields(t, ctx, 1)
		var panicked *async.PanicError
		require.True(t, errors.As(task.Err(), &panicked))
		require.Contains(t, string(panicked.Stack), "divideByZero")
		return nil
	})
	require.NoError(t, err)
}

// divideByZero panics.
func divideByZero(context.Context) error {
	zero := 0
	_ = 1 / zero
	return nil
}

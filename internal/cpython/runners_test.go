package cpython

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestRun_asyncio_run_return(t *testing.T) {
	v, err := async.RunValue(context.Background(), func(ctx context.Context) (int, error) {
		return 42, async.Yield(ctx)
	})
	require.NoError(t, err)
	require.Equal(t, 42, v)
}

func TestRun_asyncio_run_raises(t *testing.T) {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		require.NoError(t, async.Yield(ctx))
		return errMine
	})
	require.Equal(t, errMine, err)
}

func TestRun_asyncio_run_debug(t *testing.T) {
	for _, c := range []struct {
		env         string
		debug, want bool
	}{
		{"", false, false}, {"", true, true},
		{"1", true, true}, {"1", false, true}, // what the environment asks for, a field's zero does not take back
		{"0", true, true}, {"0", false, false},
	} {
		t.Setenv("ASYNC_DEBUG", c.env)
		require.Equal(t, c.want, knowsWhereTasksStart(t, &async.Runner{Debug: c.debug}), "%+v", c)
	}
}

func TestRun_asyncio_run_from_running_loop(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		require.Panics(t, func() { _ = async.Run(ctx, fail(nil)) })
		require.Panics(t, func() { _ = async.Run(context.Background(), fail(nil)) })
		return nil
	}))
}

func TestRun_asyncio_run_cancels_hanging_tasks(t *testing.T) {
	var left *async.Task[async.Void]
	v, err := async.RunValue(context.Background(), func(ctx context.Context) (int, error) {
		left = async.Go(ctx, sleep(100*ms))
		return 123, nil
	})
	require.NoError(t, err)
	require.Equal(t, 123, v)
	require.True(t, left.Done())
	require.True(t, left.Canceled())
}

func TestRun_asyncio_run_reports_hanging_tasks_errors(t *testing.T) {
	var events []*async.ErrorEvent
	r := async.Runner{Clock: asynctest.NewClock(), OnError: func(e *async.ErrorEvent) { events = append(events, e) }}
	var left *async.Task[async.Void]
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		left = async.Go(ctx, failFinally(100*ms, errMine))
		return nil
	}))
	require.NoError(t, r.Close())
	require.True(t, left.Done())
	require.Len(t, events, 1)
	require.Equal(t, "unhandled error during Run's shutdown", events[0].Message)
	require.Equal(t, left.Name(), events[0].Task)
	require.Equal(t, errMine, events[0].Err)
}

func TestRun_asyncio_run_closes_gens_after_hanging_tasks_errors(t *testing.T) {
	closed := false
	fidget := func(ctx context.Context) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			defer func() { closed = true }()
			for yield(1, async.Sleep(ctx, 1000*ms)) {
			}
		}
	}
	var lazy *async.Task[async.Void]
	events, err := told(&async.Runner{}, func(ctx context.Context) error {
		lazy = async.Go(ctx, func(ctx context.Context) error {
			for _, err := range fidget(ctx) {
				if err != nil {
					break
				}
			}
			return errOther
		})
		require.NoError(t, async.Yield(ctx))
		return errMine
	})
	require.Equal(t, errMine, err)
	require.True(t, lazy.Done())
	require.True(t, closed)
	require.Equal(t, []error{errOther}, events)
}

func TestRunner_non_debug(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "")
	require.False(t, knowsWhereTasksStart(t, &async.Runner{}))
}

func TestRunner_debug(t *testing.T) {
	require.True(t, knowsWhereTasksStart(t, &async.Runner{Debug: true}))
}

func TestRunner_run(t *testing.T) {
	var r async.Runner
	v, err := async.RunValueIn(&r, context.Background(), func(ctx context.Context) (string, error) {
		return "done", async.Yield(ctx)
	})
	require.NoError(t, err)
	require.Equal(t, "done", v)
	require.NoError(t, r.Close())
	requireClosed(t, &r)
}

func TestRunner_run_future(t *testing.T) {
	var r async.Runner
	fut := async.NewFuture[string](r.Loop().Context())
	require.NoError(t, fut.SetResult("done"))
	v, err := async.RunValueIn(&r, context.Background(), fut.Await)
	require.NoError(t, err)
	require.Equal(t, "done", v)
	require.NoError(t, r.Close())
}

// mine is an awaitable of one's own.
type mine struct{}

func (mine) Await(context.Context) (string, error) { return "done", nil }

func TestRunner_run_awaitable(t *testing.T) {
	v, err := async.RunValue(context.Background(), mine{}.Await)
	require.NoError(t, err)
	require.Equal(t, "done", v)
}

func TestRunner_explicit_close(t *testing.T) {
	var r async.Runner
	r.Loop()
	require.NoError(t, r.Close())
	requireClosed(t, &r)
}

func TestRunner_double_close(t *testing.T) {
	var r async.Runner
	r.Loop()
	require.NoError(t, r.Close())
	require.NoError(t, r.Close())
	requireClosed(t, &r)
}

func TestRunner_second_with_block_raises(t *testing.T) {
	var r async.Runner
	var got record
	run := func(name string) error { return r.Run(context.Background(), noteAfter(&got, name, fail(nil))) }
	require.NoError(t, run("1"))
	require.NoError(t, r.Close())
	require.Panics(t, func() { _ = run("2") })
	require.Equal(t, record{"1"}, got)
}

func TestRunner_run_keeps_context(t *testing.T) {
	type key struct{}
	var r async.Runner
	defer func() { require.NoError(t, r.Close()) }()
	for _, v := range []any{1, 2, nil} {
		ctx := context.Background()
		if v != nil {
			ctx = context.WithValue(ctx, key{}, v)
		}
		require.NoError(t, r.Run(ctx, func(ctx context.Context) error {
			require.NoError(t, async.Yield(ctx))
			require.Equal(t, v, ctx.Value(key{})) // each run has its own, and leaves nothing to the next
			return nil
		}))
	}
}

func TestRunner_recursive_run(t *testing.T) {
	var r async.Runner
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		require.Panics(t, func() { _ = r.Run(ctx, fail(nil)) })
		require.Panics(t, func() { _ = r.Run(context.Background(), fail(nil)) })
		return nil
	}))
	require.NoError(t, r.Close())
}

// A text counts the calls of its String.
type text struct{ calls int }

func (s *text) String() string {
	s.calls++
	return "text"
}

func TestRunner_no_repr_is_call_on_the_task_result(t *testing.T) {
	v, err := async.RunValue(context.Background(), result(new(text)))
	require.NoError(t, err)
	require.Zero(t, v.calls)
}

// knowsWhereTasksStart reports whether a runner is in debug mode: its reports
// then say where a task was started.
func knowsWhereTasksStart(t *testing.T, r *async.Runner) (known bool) {
	t.Helper()
	r.OnError = func(e *async.ErrorEvent) { known = e.Started != "" }
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		async.Go(ctx, fail(errMine))
		return async.Yield(ctx)
	}))
	require.NoError(t, r.Close())
	return known
}

// requireClosed requires a runner to refuse everything.
func requireClosed(t *testing.T, r *async.Runner) {
	t.Helper()
	require.Panics(t, func() { _ = r.Run(context.Background(), fail(nil)) })
	require.Panics(t, func() { r.Loop() })
}

package cpython

import (
	"context"
	"reflect"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
)

func TestLock_context_manager_async_with(t *testing.T) {
	for name, l := range locks() {
		t.Run(name, func(t *testing.T) {
			asynctest.Run(t, func(ctx context.Context) {
				require.NoError(t, async.Sleep(ctx, 10*ms))
				require.False(t, l.Locked())
				require.NoError(t, l.With(ctx, func(ctx context.Context) error {
					require.True(t, l.Locked())
					err := async.Sleep(ctx, 10*ms)
					require.True(t, l.Locked())
					return err
				}))
				require.False(t, l.Locked())
			})
		})
	}
}

func TestStreamReader_readline(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		loop := async.RunningLoop(ctx)
		here, there := streams.Pipe(loop)
		r, w := streams.New(loop, here)
		_, peer := streams.New(loop, there)
		defer w.Close()
		_, err := peer.Write([]byte("line1\nline2\nline3"))
		require.NoError(t, err)
		require.NoError(t, peer.Close())

		var got record
		for line, err := range r.Lines(ctx) {
			require.NoError(t, err)
			got.add("%s", line)
		}
		require.Equal(t, record{"line1\n", "line2\n", "line3"}, got)
	})
}

func TestCoroutine_async_def_coroutines(t *testing.T) {
	inner := result("spam")
	outer := async.Coro[string](func(ctx context.Context) (string, error) { return inner.Await(ctx) })
	for _, debug := range []bool{false, true} {
		r := async.Runner{Debug: debug}
		v, err := async.RunValueIn(&r, context.Background(), outer)
		require.NoError(t, err)
		require.Equal(t, "spam", v)
		require.NoError(t, r.Close())
	}
}

func TestCoroutine_task_print_stack(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var stack []runtime.Frame
		var task *async.Task[async.Void]
		foo := func(context.Context) error {
			stack = task.Stack()
			return nil
		}
		task = async.Go(ctx, foo)
		require.NoError(t, task.Wait(ctx))
		require.NotEmpty(t, stack)
		require.Equal(t, runtime.FuncForPC(reflect.ValueOf(foo).Pointer()).Name(), stack[0].Function)
	})
}

func TestCoroutine_double_await(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		coro := after(100*ms, 1)
		task := async.GoValue(ctx, coro)
		yields(t, ctx, 1)
		v, err := coro.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, v)
		requireResult(t, task, 1)
	})
}

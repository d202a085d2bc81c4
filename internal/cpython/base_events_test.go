package cpython

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// panicking is a callback that panics.
func panicking() { panic(errMine) }

// requirePanic requires events to be one, of a callback that panicked with
// errMine.
func requirePanic(t *testing.T, events []error) {
	t.Helper()
	require.Len(t, events, 1)
	var panicked *async.PanicError
	require.ErrorAs(t, events[0], &panicked)
	require.Equal(t, errMine, panicked.Value)
	require.Contains(t, string(panicked.Stack), "panicking")
}

func TestBaseEventLoop_close(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	f := async.NewFuture[int](r.Loop().Context())
	require.NoError(t, r.Close())
	require.NoError(t, r.Close())
	require.NoError(t, r.Close())
	panics(t, func() { _ = r.Run(t.Context(), f.Wait) })
	panics(t, func() { r.Start(t.Context()) })
}

func TestBaseEventLoop__add_callback_handle(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		called := 0
		async.RunningLoop(ctx).CallSoon(func() { called++ })
		require.Zero(t, called)
		yields(t, ctx, 2)
		require.Equal(t, 1, called)
	})
}

func TestBaseEventLoop__add_callback_cancelled_handle(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		async.RunningLoop(ctx).CallSoon(func() { t.Error("it was called") }).Cancel()
		yields(t, ctx, 2)
	})
}

func TestBaseEventLoop_call_soon(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		h := async.RunningLoop(ctx).CallSoon(func() {})
		require.False(t, h.Canceled())
		require.True(t, h.When().IsZero(), "it is no timer")
	})
}

func TestBaseEventLoop_call_soon_non_callable(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		panics(t, func() { async.RunningLoop(ctx).CallSoon(nil) })
	})
}

func TestBaseEventLoop_call_later(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		loop, called := async.RunningLoop(ctx), 0
		h := loop.CallLater(10*time.Second, func() { called++ })
		require.Equal(t, loop.Now().Add(10*time.Second), h.When())
		yields(t, ctx, 2)
		require.Zero(t, called)
		require.NoError(t, asynctest.Advance(ctx, 10*time.Second))
		require.Equal(t, 1, called)
	})
}

func TestBaseEventLoop_call_later_negative_delays(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var r record
		async.RunningLoop(ctx).CallLater(-1*time.Second, func() { r.add("a") })
		async.RunningLoop(ctx).CallLater(-2*time.Second, func() { r.add("b") })
		yields(t, ctx, 2)
		require.Equal(t, record{"b", "a"}, r)
	})
}

func TestBaseEventLoop_time_and_call_at(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		loop, f := async.RunningLoop(ctx), async.NewFuture[int](ctx)
		loop.CallAt(loop.Now().Add(100*ms), func() { _ = f.SetResult(1) })
		require.Equal(t, 100*ms, elapsed(ctx, func() { require.NoError(t, f.Wait(ctx)) }))
	})
}

func TestBaseEventLoop__run_once(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		loop, f := async.RunningLoop(ctx), async.NewFuture[int](ctx)
		loop.CallLater(5*time.Second, func() { t.Error("it was called") }).Cancel()
		loop.CallLater(10*time.Second, func() { _ = f.SetResult(1) })
		require.Equal(t, 10*time.Second, elapsed(ctx, func() { require.NoError(t, f.Wait(ctx)) }))
	})
}

func TestBaseEventLoop__run_once_schedule_handle(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var r record
		loop := async.RunningLoop(ctx)
		loop.CallLater(-1*time.Second, func() {
			r.add("processed")
			loop.CallSoon(func() { r.add("handle") })
		})
		yields(t, ctx, 2)
		require.Equal(t, record{"processed"}, r)
		yields(t, ctx, 1)
		require.Equal(t, record{"processed", "handle"}, r)
	})
}

func TestBaseEventLoop_run_until_complete_loop(t *testing.T) {
	foreign := async.NewFuture[int](otherLoop(t).Context())
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	require.Panics(t, func() { _ = r.Run(t.Context(), foreign.Wait) })
}

func TestBaseEventLoop_default_exc_handler_callback(t *testing.T) {
	for name, call := range map[string]func(l *async.Loop, fn func()){
		"CallSoon":  func(l *async.Loop, fn func()) { l.CallSoon(fn) },
		"CallLater": func(l *async.Loop, fn func()) { l.CallLater(10*ms, fn) },
	} {
		t.Run(name, func(t *testing.T) {
			events, err := told(&async.Runner{}, func(ctx context.Context) error {
				f := async.NewFuture[bool](ctx)
				call(async.RunningLoop(ctx), func() {
					_ = f.SetResult(true)
					panicking()
				})
				return f.Wait(ctx)
			})
			require.NoError(t, err, "the loop goes on")
			requirePanic(t, events)
		})
	}
}

func TestBaseEventLoop_default_exc_handler_coro(t *testing.T) {
	events, err := heard(&async.Runner{}, func(ctx context.Context) error {
		async.Go(ctx, failAfter(10*ms, errMine))
		return async.Sleep(ctx, 20*ms)
	})
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.Equal(t, errMine, events[0].Err)
	require.Equal(t, "error was never retrieved", events[0].Message)
}

func TestBaseEventLoop_create_task_error_closes_coro(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	ctx := r.Loop().Context()
	require.NoError(t, r.Close())
	panics(t, func() { async.Go(ctx, async.Yield) })
}

func TestBaseEventLoop_run_until_complete_baseexception(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	require.Panics(t, func() {
		_ = r.Run(t.Context(), func(context.Context) error { panic(errMine) })
	})
	called := false
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		loop.CallSoon(func() { loop.CallSoon(func() { called = true }) })
		return async.Sleep(ctx, time.Second)
	}))
	require.True(t, called, "nothing of the first run ends the second")
}

func TestBaseEventLoop_run_once(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	count := 0
	r.Loop().CallSoon(func() { count++ })
	require.NoError(t, r.Run(t.Context(), func(context.Context) error { return nil }))
	require.Equal(t, 1, count)
}

func TestRunningLoop_running_loop_within_a_loop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		panics(t, func() { _ = async.Run(ctx, async.Yield) })
		r := &async.Runner{Clock: asynctest.NewClock()}
		defer r.Close()
		panics(t, func() { _ = r.Run(ctx, async.Yield) })
	})
}

func TestBaseEventLoop_create_named_task_with_default_factory(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(async.Named(ctx, "test_task"), async.Yield)
		require.Equal(t, "test_task", task.Name())
		require.NoError(t, task.Wait(ctx))
	})
}

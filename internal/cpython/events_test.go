package cpython

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestEventLoop_run_until_complete_nesting(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		panics(t, func() { _ = r.Run(ctx, async.Yield) })
		return nil
	}))
}

func TestEventLoop_run_until_complete(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	begun := r.Loop().Time()
	require.NoError(t, r.Run(t.Context(), sleep(100*ms)))
	require.Equal(t, 100*ms, r.Loop().Time()-begun)
}

func TestEventLoop_call_later(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[string](ctx)
		async.RunningLoop(ctx).CallLater(100*ms, func() { _ = f.SetResult("hello world") })
		require.NoError(t, f.Wait(ctx))
		requireResult(t, f, "hello world")
	})
}

func TestEventLoop_call_soon(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[[2]string](ctx)
		async.RunningLoop(ctx).CallSoon(func() { _ = f.SetResult([2]string{"hello", "world"}) })
		require.NoError(t, f.Wait(ctx))
		requireResult(t, f, [2]string{"hello", "world"})
	})
}

func TestEventLoop_call_soon_threadsafe(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var r record
		loop, both := async.RunningLoop(ctx), async.NewFuture[bool](ctx)
		portal, posted := loop.Portal(), make(chan struct{})
		go func() {
			defer close(posted)
			_, _ = portal.CallSoonThreadsafe(func() { r.add("hello") })
		}()
		<-posted
		loop.CallSoon(func() {
			r.add("world")
			_ = both.SetResult(true)
		})
		require.NoError(t, portal.Close())
		require.NoError(t, both.Wait(ctx))
		require.Equal(t, record{"hello", "world"}, r)
	})
}

func TestEventLoop_call_soon_threadsafe_same_thread(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var r record
		loop := async.RunningLoop(ctx)
		portal := loop.Portal()
		_, _ = portal.CallSoonThreadsafe(func() { r.add("hello") })
		loop.CallSoon(func() { r.add("world") })
		require.NoError(t, portal.Close())
		yields(t, ctx, 1)
		require.Equal(t, record{"hello", "world"}, r)
	})
}

func TestEventLoop_run_in_executor(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		called := make(chan string, 1)
		f := async.RunInExecutor(ctx, nil, func(context.Context) (string, error) {
			called <- "yo"
			return "yo", nil
		})
		require.Equal(t, "yo", <-called, "while this goroutine holds the baton")
		require.NoError(t, f.Wait(ctx))
		requireResult(t, f, "yo")
	})
}

func TestEventLoop_run_in_executor_cancel(t *testing.T) {
	release, returned := make(chan struct{}), make(chan struct{})
	events, err := told(&async.Runner{}, func(ctx context.Context) error {
		begun := make(chan struct{})
		f := async.RunInExecutor(ctx, nil, func(context.Context) (int, error) {
			close(begun)
			<-release
			close(returned)
			return 0, errMine
		})
		<-begun
		f.OnDone(func() { close(release) })
		require.True(t, f.Cancel())
		return nil
	})
	<-returned
	require.NoError(t, err)
	require.Empty(t, events, "nothing comes back to a loop that was closed")
}

func TestEventLoop_close_running_event_loop(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	require.NoError(t, r.Run(t.Context(), func(context.Context) error {
		panics(t, func() { _ = r.Close() })
		return nil
	}))
}

func TestEventLoop_close(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	loop := r.Loop()
	ctx, portal := loop.Context(), loop.Portal()
	require.NoError(t, portal.Close())
	require.NoError(t, r.Close())
	fn := func() { t.Error("it was called") }
	for name, use := range map[string]func(){
		"Run":              func() { _ = r.Run(t.Context(), async.Yield) },
		"Start":            func() { r.Start(t.Context()) },
		"CallSoon":         func() { loop.CallSoon(fn) },
		"CallLater":        func() { loop.CallLater(time.Second, fn) },
		"CallAt":           func() { loop.CallAt(loop.Now(), fn) },
		"Go":               func() { async.Go(ctx, async.Yield) },
		"RunInExecutor":    func() { async.RunInExecutor(ctx, nil, result(1)) },
		"AddSignalHandler": func() { loop.AddSignalHandler(os.Interrupt, fn) },
	} {
		t.Run(name, func(t *testing.T) { panics(t, use) })
	}
	_, err := portal.CallSoonThreadsafe(fn)
	require.ErrorIs(t, err, async.ErrClosed)
}

func TestHandle_handle(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		h := async.RunningLoop(ctx).CallSoon(func() { t.Error("it was called") })
		require.False(t, h.Canceled())
		h.Cancel()
		require.True(t, h.Canceled())
		yields(t, ctx, 2)
	})
}

func TestHandle_callback_with_exception(t *testing.T) {
	events, err := heard(&async.Runner{}, callsPanicking)
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.Equal(t, "panic in a callback", events[0].Message)
	requirePanic(t, []error{events[0].Err})
}

// noop does nothing, and has a name.
func noop() {}

func TestHandle_handle_repr(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		h := async.RunningLoop(ctx).CallSoon(noop)
		require.Regexp(t, `^<Handle noop\(\) at events_test\.go:\d+>$`, h.String())
		h.Cancel()
		require.Equal(t, "<Handle canceled>", h.String())
	})
}

func TestTimer_timer_repr(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		h := async.RunningLoop(ctx).CallLater(123*time.Second, noop)
		require.Regexp(t, `^<Handle when=2m3s noop\(\) at events_test\.go:\d+>$`, h.String())
		h.Cancel()
		require.Equal(t, "<Handle canceled when=2m3s>", h.String())
	})
}

func TestTimer_when(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		loop := async.RunningLoop(ctx)
		when := loop.Now().Add(123 * time.Second)
		h := loop.CallAt(when, func() {})
		require.Equal(t, when, h.When())
		h.Cancel()
	})
}

func TestTimer_timer(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		h := async.RunningLoop(ctx).CallLater(time.Second, func() { t.Error("it was called") })
		require.False(t, h.Canceled())
		h.Cancel()
		require.True(t, h.Canceled())
		require.NoError(t, asynctest.Advance(ctx, 2*time.Second))
	})
}

func TestTimer_timer_comparison(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var r record
		loop := async.RunningLoop(ctx)
		when := loop.Now().Add(time.Second)
		loop.CallAt(when.Add(10*time.Second), func() { r.add("later") })
		loop.CallAt(when, func() { r.add("first") })
		loop.CallAt(when, func() { r.add("second") })
		require.NoError(t, asynctest.Advance(ctx, time.Minute))
		require.Equal(t, record{"first", "second", "later"}, r)
	})
}

func TestGetEventLoop_get_event_loop_returns_running_loop(t *testing.T) {
	require.Contains(t, panics(t, func() { async.RunningLoop(t.Context()) }), "loop")
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		require.Same(t, r.Loop(), async.RunningLoop(ctx))
		return nil
	}))
	panics(t, func() { async.RunningLoop(t.Context()) })
}

func TestGetEventLoop_get_running_loop_already_running(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		loop := async.RunningLoop(ctx)
		r := &async.Runner{Clock: asynctest.NewClock()}
		defer r.Close()
		panics(t, func() { _ = r.Run(ctx, async.Yield) })
		require.Same(t, loop, async.RunningLoop(ctx))
	})
}

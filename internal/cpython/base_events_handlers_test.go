package cpython

import (
	"bytes"
	"context"
	"log/slog"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// logged is what a loop without an error handler writes to its logger while it
// runs body.
func logged(t *testing.T, r *async.Runner, body func(ctx context.Context) error) string {
	t.Helper()
	var out bytes.Buffer
	r.Clock, r.Logger = asynctest.NewClock(), slog.New(slog.NewTextHandler(&out, nil))
	require.NoError(t, r.Run(t.Context(), body))
	require.NoError(t, r.Close())
	return out.String()
}

// callsPanicking lets a callback panic.
func callsPanicking(ctx context.Context) error {
	async.RunningLoop(ctx).CallSoon(panicking)
	return async.Yield(ctx)
}

func TestBaseEventLoop_set_exc_handler_custom(t *testing.T) {
	events, err := told(&async.Runner{Debug: true}, callsPanicking)
	require.NoError(t, err)
	requirePanic(t, events)
	out := logged(t, &async.Runner{}, callsPanicking)
	require.Contains(t, out, "level=ERROR")
	require.Contains(t, out, "mine")
}

func TestBaseEventLoop_set_exc_handler_broken(t *testing.T) {
	r := &async.Runner{OnError: func(*async.ErrorEvent) { panic("spam") }}
	out := logged(t, r, callsPanicking)
	require.Contains(t, out, "mine", "what it should have been told")
	require.Contains(t, out, "panic in OnError")
	require.Contains(t, out, "spam")
}

func TestBaseEventLoop_env_var_debug(t *testing.T) {
	started := func() string {
		events, err := heard(&async.Runner{}, func(ctx context.Context) error {
			async.Go(ctx, fail(errMine))
			return async.Yield(ctx)
		})
		require.NoError(t, err)
		require.Len(t, events, 1)
		return events[0].Started
	}
	for value, debug := range map[string]bool{"": false, "0": false, "1": true} {
		t.Setenv("ASYNC_DEBUG", value)
		require.Equal(t, debug, started() != "", value)
	}
}

func TestBaseEventLoop_check_thread(t *testing.T) {
	_, err := told(&async.Runner{Debug: true}, func(ctx context.Context) error {
		loop, done := async.RunningLoop(ctx), make(chan struct{})
		go func() {
			defer close(done)
			panics(t, func() { loop.CallSoon(func() {}) })
			panics(t, func() { loop.CallLater(time.Minute, func() {}) })
			panics(t, func() { loop.CallAt(time.Time{}, func() {}) })
		}()
		<-done
		return nil
	})
	require.NoError(t, err)
}

func TestBaseEventLoopWithSelector_log_slow_callbacks(t *testing.T) {
	for name, busy := range map[string]func(ctx context.Context, spin func()){
		"a callback": func(ctx context.Context, spin func()) { async.RunningLoop(ctx).CallSoon(spin) },
		"a task": func(ctx context.Context, spin func()) {
			async.Go(ctx, func(context.Context) error {
				spin()
				return nil
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			var slow atomic.Bool
			r := &async.Runner{Debug: true, SlowStep: time.Nanosecond, OnError: func(e *async.ErrorEvent) { slow.Store(true) }}
			require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
				busy(ctx, func() {
					for !slow.Load() {
						runtime.Gosched()
					}
				})
				yields(t, ctx, 2)
				require.NotZero(t, async.RunningLoop(ctx).SlowSteps())
				return nil
			}))
			require.NoError(t, r.Close())
		})
	}
}

// noThreads is an executor that calls functions on goroutines of its own, and
// counts them.
type noThreads struct{ calls int }

func (e *noThreads) Execute(ctx context.Context, run func(ctx context.Context)) error {
	e.calls++
	go run(ctx)
	return nil
}

func (e *noThreads) Shutdown(context.Context) error { return nil }

func TestBaseEventLoop_set_default_executor(t *testing.T) {
	e := new(noThreads)
	_, err := told(&async.Runner{Executor: e}, func(ctx context.Context) error {
		return async.ToThread(ctx, func(context.Context) error { return nil })
	})
	require.NoError(t, err)
	require.Equal(t, 1, e.calls)
}

func TestBaseEventLoop_shutdown_default_executor_timeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // virtual time stands still while functions are off the loop
		var events []*async.ErrorEvent
		r := &async.Runner{ShutdownTimeout: 10 * ms, OnError: func(e *async.ErrorEvent) { events = append(events, e) }}
		release := make(chan struct{})
		require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
			begun := make(chan struct{})
			f := async.RunInExecutor(ctx, nil, func(context.Context) (int, error) {
				close(begun)
				<-release
				return 0, nil
			})
			<-begun
			f.Cancel()
			return nil
		}))
		began := time.Now()
		require.NoError(t, r.Close())
		require.Equal(t, 10*ms, time.Since(began))
		require.Len(t, events, 1, "the function goes on")
		close(release)
		synctest.Wait()
	})
}

package behavior_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/testkit"
)

// embedded is a context that somebody else wrote around another.
type embedded struct{ context.Context }

// renamed is one with a Value of its own.
type renamed struct {
	context.Context
	name string
}

func (c renamed) Value(k any) any {
	if k == testkit.Key("name") {
		return c.name
	}
	return c.Context.Value(k)
}

// wrappers are the ways in which a context may be wrapped without an end of its
// own.
var wrappers = map[string]func(ctx context.Context) context.Context{
	"nothing":   func(ctx context.Context) context.Context { return ctx },
	"WithValue": func(ctx context.Context) context.Context { return context.WithValue(ctx, testkit.Key("k"), 1) },
	"a struct":  func(ctx context.Context) context.Context { return embedded{ctx} },
	"a Value":   func(ctx context.Context) context.Context { return renamed{ctx, "x"} },
	"all of them": func(ctx context.Context) context.Context {
		return context.WithValue(renamed{context.WithValue(embedded{embedded{ctx}}, testkit.Key("k"), 1), "x"}, testkit.Key("l"), 2)
	},
	"WithCancel": func(ctx context.Context) context.Context {
		return testkit.Child(ctx)
	},
	"WithCancel twice, wrapped": func(ctx context.Context) context.Context {
		return embedded{testkit.Child(context.WithValue(testkit.Child(embedded{ctx}), testkit.Key("k"), 1))}
	},
}

// sources are the contexts that the library itself gives out, each with what
// cancels it.
var sources = map[string]func(ctx context.Context) (context.Context, func(cause error)){
	"a task": func(ctx context.Context) (context.Context, func(error)) {
		return ctx, func(cause error) { async.CurrentTask(ctx).CancelCause(cause) }
	},
	"WithCancel": func(ctx context.Context) (context.Context, func(error)) {
		return wrapCancel(async.WithCancelCause(ctx))
	},
	"Uncancel": func(ctx context.Context) (context.Context, func(error)) {
		task := async.CurrentTask(ctx)
		task.Cancel()
		return async.Uncancel(ctx), func(cause error) { task.CancelCause(cause) }
	},
	"WithCancel in Uncancel in WithCancel": func(ctx context.Context) (context.Context, func(error)) {
		outer, cancel := async.WithCancelCause(ctx)
		inner, _ := async.WithCancelCause(async.Uncancel(outer))
		return wrapCancel(inner, cancel)
	},
	"WithCancel of the standard library, and ours in it": func(ctx context.Context) (context.Context, func(error)) {
		outer, cancel := context.WithCancelCause(ctx)
		inner, _ := async.WithCancelCause(outer)
		return wrapCancel(inner, cancel)
	},
	"the standard library's": func(ctx context.Context) (context.Context, func(error)) {
		return wrapCancel(context.WithCancelCause(ctx))
	},
}

func wrapCancel(ctx context.Context, cancel context.CancelCauseFunc) (context.Context, func(error)) {
	return ctx, func(cause error) { cancel(cause) }
}

func TestContextDerivedInterruptsAwaits(t *testing.T) {
	for source, derive := range sources {
		for wrapper, wrap := range wrappers {
			t.Run(source+", in "+wrapper, func(t *testing.T) {
				testkit.Virtually(t, func(ctx context.Context) {
					task := async.Go(ctx, func(ctx context.Context) error {
						inner, cancel := derive(ctx)
						inner = wrap(inner)
						require.NoError(t, inner.Err())
						require.NoError(t, async.Sleep(inner, time.Second))
						async.RunningLoop(ctx).CallLater(time.Second, func() { cancel(testkit.ErrBoom) })
						err := testkit.Forever(inner)
						require.Equal(t, 2*time.Second, testkit.Now(ctx))
						require.Equal(t, &async.CanceledError{Cause: testkit.ErrBoom}, err)
						require.ErrorIs(t, inner.Err(), context.Canceled)
						require.Same(t, testkit.ErrBoom, context.Cause(inner))
						<-inner.Done()

						turns := testkit.CountTurns(ctx)
						require.Equal(t, 1, turns.During(func() {
							require.Equal(t, err, testkit.Forever(inner), "it stays canceled")
						}))
						turns.Stop()
						return async.Sleep(async.Uncancel(inner), time.Second)
					})
					require.NoError(t, task.Wait(ctx))
				})
			})
		}
	}
}

func TestContextDerivedCostsNoGoroutine(t *testing.T) {
	for source, derive := range sources {
		for wrapper, wrap := range wrappers {
			t.Run(source+", in "+wrapper, func(t *testing.T) {
				testkit.Virtually(t, func(ctx context.Context) {
					task := async.Go(ctx, func(ctx context.Context) error {
						before := runtime.NumGoroutine()
						inner, cancel := derive(ctx)
						for range 10 {
							require.NoError(t, async.Sleep(testkit.Child(wrap(inner)), time.Second))
						}
						require.LessOrEqual(t, runtime.NumGoroutine(), before)
						cancel(nil)
						return async.Yield(inner)
					})
					require.True(t, async.IsCanceled(task.Wait(ctx)))
				})
			})
		}
	}
}

func TestContextDerivedPassesItsInterruptionOn(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		inner := async.Go(ctx, testkit.Forever)
		derived, cancel := context.WithCancelCause(ctx)
		async.RunningLoop(ctx).CallLater(time.Second, func() { cancel(testkit.ErrBoom) })
		require.Equal(t, &async.CanceledError{Cause: testkit.ErrBoom}, inner.Wait(derived))
		require.True(t, inner.Canceled())
		require.NoError(t, ctx.Err(), "the context outside is live")
		require.NoError(t, async.Yield(ctx))
	})
}

func TestContextDerivedInterruptsInTheSameOrderOnEveryRun(t *testing.T) {
	var first testkit.Record
	for run := range 20 {
		var r testkit.Record
		testkit.Virtually(t, func(ctx context.Context) {
			var cancels []context.CancelFunc
			for i := range 10 {
				async.Go(ctx, func(ctx context.Context) error {
					derived, cancel := context.WithCancel(ctx)
					if i%3 == 0 {
						scope, _ := async.WithCancel(derived)
						derived = testkit.Child(embedded{scope})
					}
					cancels = append(cancels, cancel)
					r.Add("%d: %v", i, testkit.Forever(derived))
					return nil
				})
			}
			_ = async.Yield(ctx)
			for i := range cancels {
				cancels[(7*i+3)%len(cancels)]()
			}
			async.Go(ctx, func(context.Context) error { r.Add("a task"); return nil })
			_ = async.Sleep(ctx, time.Second)
		})
		if run == 0 {
			first = r
			require.Len(t, r, 11)
		}
		require.Equal(t, first, r)
	}
}

func TestContextWithoutCancelHasAnEndOfItsOwn(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			require.True(t, async.IsCanceled(testkit.Forever(ctx)))
			apart, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
			require.NoError(t, async.Sleep(apart, time.Second), "to clean up")
			async.RunningLoop(ctx).CallLater(time.Second, func() { cancel(testkit.ErrBoom) })
			require.Equal(t, &async.CanceledError{Cause: testkit.ErrBoom}, testkit.Forever(apart))
			require.Equal(t, &async.CanceledError{Cause: testkit.ErrBoom}, async.Yield(apart))
			require.Equal(t, 2*time.Second, testkit.Now(ctx))
			return nil
		})
		_ = async.Yield(ctx)
		task.Cancel()
		require.NoError(t, task.Wait(ctx))
	})
}

func TestContextWithoutCancelOutlivesARequestThatComesLater(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			apart, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
			require.NoError(t, async.Sleep(apart, 2*time.Second))
			async.RunningLoop(ctx).CallLater(time.Second, func() { cancel(testkit.ErrBoom) })
			require.Equal(t, &async.CanceledError{Cause: testkit.ErrBoom}, testkit.Forever(apart))
			require.Equal(t, 3*time.Second, testkit.Now(ctx))
			require.True(t, async.IsCanceled(async.Yield(ctx)), "the request waited for that")
			return nil
		})
		require.NoError(t, async.Sleep(ctx, time.Second))
		task.Cancel()
		require.NoError(t, task.Wait(ctx))
	})
}

func TestContextScopeInAnEndedContextHasItsEnd(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		derived, cancel := context.WithCancelCause(ctx)
		unseen, _ := async.WithCancel(derived)
		seen, _ := async.WithCancel(derived)
		live := async.Uncancel(derived)
		require.NoError(t, seen.Err())
		_, _ = seen.Done(), live.Done()
		cancel(testkit.ErrBoom)
		for _, c := range []context.Context{unseen, seen, live} {
			require.ErrorIs(t, c.Err(), context.Canceled, "at once, before the loop has looked")
			require.Same(t, testkit.ErrBoom, context.Cause(c))
			<-c.Done()
			require.ErrorIs(t, c.Err(), context.Canceled)
		}
		require.NoError(t, async.Uncancel(live).Err())
	})
}

// ownEnd is a context with an end of its own, of which the standard library
// hears by a goroutine.
type ownEnd struct {
	context.Context
	done chan struct{}
}

func (c ownEnd) Done() <-chan struct{} { return c.done }

func (c ownEnd) Err() error {
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}

func TestContextWithAnEndOfItsOwnInterruptsAwaits(t *testing.T) {
	for name, clock := range map[string]async.Clock{"wall": nil, "virtual": asynctest.NewClock()} {
		t.Run(name, func(t *testing.T) {
			r := &async.Runner{Clock: clock}
			require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
				own := ownEnd{ctx, make(chan struct{})}
				async.RunningLoop(ctx).CallLater(time.Millisecond, func() { close(own.done) })
				require.ErrorIs(t, testkit.Forever(own), context.Canceled)
				require.ErrorIs(t, async.Yield(own), context.Canceled)
				return async.Yield(ctx)
			}))
			require.NoError(t, r.Close())
		})
	}
}

func TestTaskCancelInterruptsUnderAContextThatEndsLater(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		task := async.Go(ctx, func(ctx context.Context) error {
			own := ownEnd{ctx, make(chan struct{})}
			context.AfterFunc(ctx, func() { close(own.done) })
			err := testkit.Forever(own)
			require.ErrorIs(t, err, context.Canceled)
			return err
		})
		_ = async.Yield(ctx)
		task.Cancel()
		_ = task.Wait(ctx)
		require.True(t, task.Canceled())
		return nil
	}))
}

package async_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// renamed is one with a Value of its own.
type renamed struct {
	context.Context
	name string
}

func (c renamed) Value(k any) any {
	if k == ctxKey("name") {
		return c.name
	}
	return c.Context.Value(k)
}

// wrappers are the ways in which a context may be wrapped without an end of its
// own.
var wrappers = map[string]func(ctx context.Context) context.Context{
	"nothing":   func(ctx context.Context) context.Context { return ctx },
	"WithValue": func(ctx context.Context) context.Context { return context.WithValue(ctx, ctxKey("k"), 1) },
	"a struct":  func(ctx context.Context) context.Context { return embedded{ctx} },
	"a Value":   func(ctx context.Context) context.Context { return renamed{ctx, "x"} },
	"all of them": func(ctx context.Context) context.Context {
		return context.WithValue(renamed{context.WithValue(embedded{embedded{ctx}}, ctxKey("k"), 1), "x"}, ctxKey("l"), 2)
	},
	"WithCancel": func(ctx context.Context) context.Context {
		return child(ctx)
	},
	"WithCancel twice, wrapped": func(ctx context.Context) context.Context {
		return embedded{child(context.WithValue(child(embedded{ctx}), ctxKey("k"), 1))}
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
				virtually(t, func(ctx context.Context) {
					task := async.Go(ctx, func(ctx context.Context) error {
						inner, cancel := derive(ctx)
						inner = wrap(inner)
						require.NoError(t, inner.Err())
						require.NoError(t, async.Sleep(inner, time.Second))
						async.RunningLoop(ctx).CallLater(time.Second, func() { cancel(errBoom) })
						err := forever(inner)
						require.Equal(t, 2*time.Second, now(ctx))
						require.Equal(t, &async.CanceledError{Cause: errBoom}, err)
						require.ErrorIs(t, inner.Err(), context.Canceled)
						require.Same(t, errBoom, context.Cause(inner))
						<-inner.Done()

						turns := countTurns(ctx)
						require.Equal(t, 1, turns.During(func() {
							require.Equal(t, err, forever(inner), "it stays canceled")
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
				virtually(t, func(ctx context.Context) {
					task := async.Go(ctx, func(ctx context.Context) error {
						before := runtime.NumGoroutine()
						inner, cancel := derive(ctx)
						for range 10 {
							require.NoError(t, async.Sleep(child(wrap(inner)), time.Second))
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
	virtually(t, func(ctx context.Context) {
		inner := async.Go(ctx, forever)
		derived, cancel := context.WithCancelCause(ctx)
		async.RunningLoop(ctx).CallLater(time.Second, func() { cancel(errBoom) })
		require.Equal(t, &async.CanceledError{Cause: errBoom}, inner.Wait(derived))
		require.True(t, inner.Canceled())
		require.NoError(t, ctx.Err(), "the context outside is live")
		require.NoError(t, async.Yield(ctx))
	})
}

func TestContextDerivedInterruptsInTheSameOrderOnEveryRun(t *testing.T) {
	var first record
	for run := range 20 {
		var r record
		virtually(t, func(ctx context.Context) {
			var cancels []context.CancelFunc
			for i := range 10 {
				async.Go(ctx, func(ctx context.Context) error {
					derived, cancel := context.WithCancel(ctx)
					if i%3 == 0 {
						scope, _ := async.WithCancel(derived)
						derived = child(embedded{scope})
					}
					cancels = append(cancels, cancel)
					r.Add("%d: %v", i, forever(derived))
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
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			require.True(t, async.IsCanceled(forever(ctx)))
			apart, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
			require.NoError(t, async.Sleep(apart, time.Second), "to clean up")
			async.RunningLoop(ctx).CallLater(time.Second, func() { cancel(errBoom) })
			require.Equal(t, &async.CanceledError{Cause: errBoom}, forever(apart))
			require.Equal(t, &async.CanceledError{Cause: errBoom}, async.Yield(apart))
			require.Equal(t, 2*time.Second, now(ctx))
			return nil
		})
		_ = async.Yield(ctx)
		task.Cancel()
		require.NoError(t, task.Wait(ctx))
	})
}

func TestContextWithoutCancelOutlivesARequestThatComesLater(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			apart, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
			require.NoError(t, async.Sleep(apart, 2*time.Second))
			async.RunningLoop(ctx).CallLater(time.Second, func() { cancel(errBoom) })
			require.Equal(t, &async.CanceledError{Cause: errBoom}, forever(apart))
			require.Equal(t, 3*time.Second, now(ctx))
			require.True(t, async.IsCanceled(async.Yield(ctx)), "the request waited for that")
			return nil
		})
		require.NoError(t, async.Sleep(ctx, time.Second))
		task.Cancel()
		require.NoError(t, task.Wait(ctx))
	})
}

func TestContextStandardDeadlineInterruptsAwaits(t *testing.T) {
	for name, derive := range map[string]func(ctx context.Context) (context.Context, context.CancelFunc){
		"WithTimeout": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		},
		"WithTimeout, wrapped": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithTimeout(embedded{ctx}, time.Second)
			return context.WithValue(ctx, ctxKey("k"), 1), cancel
		},
		"WithTimeout of WithoutCancel": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		},
		"in a scope of ours": func(ctx context.Context) (context.Context, context.CancelFunc) {
			scope, _ := async.WithCancel(ctx)
			return context.WithTimeout(scope, time.Second)
		},
		"around a scope of ours": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			scope, _ := async.WithCancel(ctx)
			return scope, cancel
		},
		"around a scope of ours and one of theirs": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			scope, _ := async.WithCancel(ctx)
			return child(scope), cancel
		},
		"around Uncancel": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			async.CurrentTask(ctx).Cancel()
			cancel()
			ctx, cancel = context.WithTimeout(async.Uncancel(ctx), time.Second)
			return async.Uncancel(ctx), cancel
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
					derived, cancel := derive(ctx)
					defer cancel()
					at, ok := derived.Deadline()
					require.True(t, ok)
					require.Equal(t, time.Now().Add(time.Second), at)
					err := forever(derived)
					require.Equal(t, time.Second, now(ctx))
					require.ErrorIs(t, err, async.ErrTimeout)
					require.ErrorIs(t, err, context.DeadlineExceeded)
					require.False(t, async.IsCanceled(err))
					require.ErrorIs(t, derived.Err(), context.DeadlineExceeded)
					require.ErrorIs(t, context.Cause(derived), context.DeadlineExceeded)
					<-derived.Done()
					return async.Yield(async.Uncancel(ctx))
				}))
			})
		})
	}
}

func TestContextScopeInAnEndedContextHasItsEnd(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		derived, cancel := context.WithCancelCause(ctx)
		unseen, _ := async.WithCancel(derived)
		seen, _ := async.WithCancel(derived)
		live := async.Uncancel(derived)
		require.NoError(t, seen.Err())
		_, _ = seen.Done(), live.Done()
		cancel(errBoom)
		for _, c := range []context.Context{unseen, seen, live} {
			require.ErrorIs(t, c.Err(), context.Canceled, "at once, before the loop has looked")
			require.Same(t, errBoom, context.Cause(c))
			<-c.Done()
			require.ErrorIs(t, c.Err(), context.Canceled)
		}
		require.NoError(t, async.Uncancel(live).Err())
	})
}

func TestContextStandardDeadlineKeepsItsCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
			derived, cancel := context.WithTimeoutCause(ctx, time.Second, errBoom)
			defer cancel()
			scope, _ := async.WithCancel(derived)
			inner, stop := context.WithCancel(scope)
			defer stop()
			err := forever(inner)
			require.ErrorIs(t, err, async.ErrTimeout)
			require.ErrorIs(t, err, errBoom)
			for _, c := range []context.Context{derived, scope, inner} {
				require.ErrorIs(t, c.Err(), context.DeadlineExceeded)
				require.ErrorIs(t, context.Cause(c), errBoom)
			}
			return nil
		}))
	})
}

func TestContextStandardDeadlinePanicsInVirtualTime(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		derived, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		const mend = "async: a context of the standard library with a deadline runs by the wall clock, but this loop's time is virtual: use async.WithTimeout or async.WithDeadline"
		require.Equal(t, "Task-1", async.CurrentTask(derived).Name(), "what does not wait does not mind")
		require.PanicsWithValue(t, mend, func() { _ = async.Yield(derived) })
		require.PanicsWithValue(t, mend, func() { _ = forever(embedded{derived}) })
		require.NoError(t, async.Timeout(ctx, time.Hour, func(ctx context.Context) error {
			derived, cancel := context.WithCancel(ctx)
			defer cancel()
			return async.Sleep(derived, time.Second) // the deadline it shows is ours
		}))
	})
}

func TestContextDeadlineShowsInEveryContextInside(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		_, ok := ctx.Deadline()
		require.False(t, ok)
		start := async.RunningLoop(ctx).Now()
		require.NoError(t, async.Timeout(ctx, time.Minute, func(ctx context.Context) error {
			hour, cancel := async.WithTimeout(ctx, time.Hour)
			defer cancel()
			second, cancel := async.WithTimeout(hour, time.Second)
			defer cancel()
			derived, cancel := context.WithCancel(second)
			defer cancel()
			for _, c := range []struct {
				ctx  context.Context
				want time.Duration
			}{
				{ctx, time.Minute}, {hour, time.Minute}, {second, time.Second}, {derived, time.Second},
				{embedded{derived}, time.Second}, {async.Uncancel(derived), time.Second}, {async.Uncancel(hour), time.Minute},
			} {
				at, ok := c.ctx.Deadline()
				require.True(t, ok)
				require.Equal(t, start.Add(c.want), at)
			}
			require.ErrorIs(t, forever(derived), async.ErrTimeout)
			at, ok := async.Uncancel(derived).Deadline()
			require.True(t, ok, "that of the second was acknowledged")
			require.Equal(t, start.Add(time.Minute), at)
			return nil
		}))
	})
}

func TestWithTimeoutIsADeadlineOnTheLoopsClock(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		limited, cancel := async.WithTimeout(ctx, time.Second)
		defer cancel()
		inner := async.Go(ctx, forever)
		err := inner.Wait(limited)
		require.Equal(t, time.Second, now(ctx))
		require.Equal(t, async.ErrTimeout, err)
		require.True(t, inner.Canceled(), "the request was passed on")
		require.ErrorIs(t, limited.Err(), context.DeadlineExceeded)
		require.ErrorIs(t, context.Cause(limited), context.DeadlineExceeded)
		require.Equal(t, async.ErrTimeout, async.Yield(limited))
		require.NoError(t, async.Yield(ctx))
	})
}

func TestContextCauseTellsWhyItWasCanceled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		inner, cancel := async.WithCancelCause(ctx)
		cancel(errBoom)
		cancel(errors.New("later"))
		require.ErrorIs(t, inner.Err(), context.Canceled)
		require.Same(t, errBoom, context.Cause(inner))
		require.Equal(t, &async.CanceledError{Cause: errBoom}, async.Yield(inner))
		limited, stop := async.WithTimeout(ctx, time.Second)
		stop()
		require.ErrorIs(t, limited.Err(), context.Canceled)
		require.True(t, async.IsCanceled(async.Yield(limited)))
		require.NoError(t, async.Sleep(ctx, time.Hour))
		require.ErrorIs(t, limited.Err(), context.Canceled, "its time came after its end")
	})
}

func TestContextAfterFuncRunsWhenATaskIsAskedToStop(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var called, late, stopped sync.WaitGroup
		called.Add(1)
		late.Add(1)
		var stop func() bool
		task := async.Go(ctx, func(ctx context.Context) error {
			context.AfterFunc(ctx, called.Done)
			stop = context.AfterFunc(embedded{ctx}, func() { stopped.Done() })
			err := forever(ctx)
			context.AfterFunc(ctx, late.Done)
			return err
		})
		_ = async.Yield(ctx)
		require.True(t, stop())
		task.Cancel()
		called.Wait()
		_ = task.Wait(ctx)
		late.Wait()
		require.False(t, stop())
	})
}

func TestContextOfATaskMayBeUsedByOtherGoroutines(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var users sync.WaitGroup
		task := async.Go(ctx, func(ctx context.Context) error {
			scope, cancel := async.WithCancelCause(context.WithValue(ctx, ctxKey("k"), 1))
			limited, _ := async.WithTimeout(scope, time.Hour)
			derived, stop := context.WithCancel(limited)
			defer stop()
			for _, c := range []context.Context{ctx, scope, limited, derived, async.Uncancel(derived), embedded{ctx}} {
				users.Go(func() {
					for c.Err() == nil {
						_ = c.Value(ctxKey("k"))
						_, _ = c.Deadline()
						inner, cancel := context.WithCancel(c)
						_ = context.Cause(inner)
						cancel()
						runtime.Gosched()
					}
					<-c.Done()
					if context.Cause(c) == nil {
						t.Error("an ended context without a cause")
					}
				})
			}
			for range 10 {
				_ = async.Yield(limited)
				_ = async.Uncancel(limited)
			}
			cancel(errBoom)
			_ = async.Yield(derived)
			return forever(ctx)
		})
		for range 20 {
			_ = async.Yield(ctx)
		}
		task.Cancel()
		_ = task.Wait(ctx)
		users.Wait()
	})
}

func TestContextDerivedMayBeCanceledByAnyGoroutine(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		for range 100 {
			derived, cancel := context.WithCancel(ctx)
			go cancel()
			if err := forever(derived); !async.IsCanceled(err) {
				return fmt.Errorf("interrupted with %w", err)
			}
		}
		return nil
	}))
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
				require.ErrorIs(t, forever(own), context.Canceled)
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
			err := forever(own)
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

func TestTaskForgetsContextsThatAreOver(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		turn := func() {
			derived, cancel := context.WithCancel(ctx)
			require.NoError(t, async.Yield(derived))
			cancel()
			runtime.Gosched() // to the goroutine that hears of it
		}
		many := func(n int) uint64 {
			for range n {
				turn()
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := many(1000)
		require.Less(t, int64(many(10_000))-int64(before), int64(1<<20))
	})
}

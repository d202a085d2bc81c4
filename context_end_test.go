package async_test

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// interposed is a context whose Err calls a function first, once it has one.
type interposed struct {
	context.Context
	first *atomic.Pointer[func()]
}

func (c interposed) Err() error {
	if f := c.first.Load(); f != nil {
		(*f)()
	}
	return c.Context.Err()
}

// The loop may see the end of a context around a scope while another goroutine
// derives from the scope: package context panics if Done is closed then and Err
// still nil.
func TestContextErrIsThereBeforeDoneWhateverTheLoopSeesMeanwhile(t *testing.T) {
	for look := range 8 {
		t.Run(fmt.Sprintf("at look %d", look), func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				var first atomic.Pointer[func()]
				around, cancel := context.WithCancelCause(ctx)
				scope, _ := async.WithCancel(interposed{around, &first})
				done := scope.Done()
				loopSees, seen := make(chan struct{}), make(chan struct{})
				outcome := make(chan any)
				cancel(errBoom)
				go func() {
					defer func() {
						first.Store(nil)
						outcome <- recover()
					}()
					<-done
					looks := 0
					see := func() {
						if looks++; looks == look+1 {
							first.Store(nil)
							close(loopSees)
							<-seen
						}
					}
					first.Store(&see)
					derived, stop := context.WithCancel(scope)
					defer stop()
					if derived.Err() == nil || context.Cause(derived) != errBoom {
						panic(fmt.Sprint(derived.Err(), context.Cause(derived)))
					}
				}()
				select {
				case <-loopSees:
					require.True(t, async.IsCanceled(async.Yield(scope)))
					close(seen)
					require.Nil(t, <-outcome)
				case failed := <-outcome: // so often nobody looks
					require.Nil(t, failed)
				}
			})
		})
	}
}

func TestTimeoutInADetachedContextTimesOutThoughTheTaskWasCanceled(t *testing.T) {
	for name, around := range map[string]func(ctx context.Context, body func(ctx context.Context)){
		"canceled before": func(ctx context.Context, body func(ctx context.Context)) {
			selfCancel(ctx)
			_ = async.Yield(ctx)
			body(ctx)
		},
		"canceled, and not told": func(ctx context.Context, body func(ctx context.Context)) {
			selfCancel(ctx)
			body(ctx)
		},
		"canceled meanwhile": func(ctx context.Context, body func(ctx context.Context)) {
			async.RunningLoop(ctx).CallLater(ms, func() { async.CurrentTask(ctx).Cancel() })
			body(ctx)
		},
		"in a timeout that has expired": func(ctx context.Context, body func(ctx context.Context)) {
			_ = async.Timeout(ctx, ms, func(ctx context.Context) error {
				_ = forever(ctx)
				body(ctx)
				return nil
			})
		},
		"in a timeout that expires meanwhile": func(ctx context.Context, body func(ctx context.Context)) {
			_ = async.Timeout(ctx, 100*ms, func(ctx context.Context) error {
				body(ctx)
				return nil
			})
		},
		"after a deadline": func(ctx context.Context, body func(ctx context.Context)) {
			ctx, cancel := async.WithTimeout(ctx, ms)
			defer cancel()
			_ = forever(ctx)
			body(ctx)
		},
	} {
		for kind, derive := range map[string]func(ctx context.Context) context.Context{
			"WithCancel": child,
			"a context derived from that": func(ctx context.Context) context.Context {
				return child(context.WithValue(child(ctx), ctxKey("k"), 1))
			},
			"a scope in that": func(ctx context.Context) context.Context {
				scope, _ := async.WithCancel(child(ctx))
				return scope
			},
			"WithoutCancel itself": func(ctx context.Context) context.Context { return ctx },
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				virtually(t, func(ctx context.Context) {
					task := async.Go(ctx, func(ctx context.Context) error {
						around(ctx, func(ctx context.Context) {
							free := derive(context.WithoutCancel(ctx))
							for _, await := range []func(ctx context.Context) error{
								func(ctx context.Context) error { return forever(child(ctx)) },
								forever,
								func(ctx context.Context) error {
									ctx = context.WithValue(child(ctx), ctxKey("k"), 1)
									_ = async.Yield(ctx)
									return forever(ctx)
								},
							} {
								begun := now(ctx)
								require.Equal(t, async.ErrTimeout, async.Timeout(free, time.Second, await))
								require.Equal(t, time.Second, now(ctx)-begun)
								require.NoError(t, free.Err())
								require.NoError(t, async.Yield(free))
							}
							require.NoError(t, async.Timeout(free, time.Hour, func(ctx context.Context) error {
								return async.Sleep(ctx, time.Second)
							}))
						})
						return nil
					})
					_ = task.Wait(ctx)
				})
			})
		}
	}
}

// g: contexts outlive what is around them.

func TestUncancelEndsWithItsTask(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var made []context.Context
		task := async.Go(ctx, func(ctx context.Context) error {
			made = append(made, async.Uncancel(ctx))
			require.True(t, async.IsCanceled(forever(ctx)))
			made = append(made, async.Uncancel(ctx), async.Uncancel(context.WithValue(ctx, ctxKey("k"), 1)))
			scope, _ := async.WithCancel(made[1])
			made = append(made, scope, child(made[1]), child(made[2]))
			for _, c := range made[1:] {
				require.NoError(t, c.Err())
			}
			require.Equal(t, 1, made[2].Value(ctxKey("k")))
			return nil
		})
		_ = async.Yield(ctx)
		task.Cancel()
		require.NoError(t, task.Wait(ctx))
		for i, c := range made {
			require.ErrorIs(t, c.Err(), context.Canceled, i)
			require.ErrorIs(t, context.Cause(c), context.Canceled, i)
			<-c.Done()
		}
	})
}

func TestContextOfABodyEndsWhenItIsLeft(t *testing.T) {
	for name, enter := range map[string]func(ctx context.Context, body func(ctx context.Context) error) error{
		"Timeout": func(ctx context.Context, body func(ctx context.Context) error) error {
			return async.Timeout(ctx, time.Minute, body)
		},
		"TaskGroup": func(ctx context.Context, body func(ctx context.Context) error) error {
			return new(async.TaskGroup).Do(ctx, body)
		},
		"WithCancel": func(ctx context.Context, body func(ctx context.Context) error) error {
			ctx, cancel := async.WithCancel(ctx)
			defer cancel()
			return body(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				var made []context.Context
				require.NoError(t, enter(ctx, func(ctx context.Context) error {
					canceled, _ := async.WithCancel(ctx)
					limited, _ := async.WithTimeout(ctx, time.Hour)
					made = append(made, ctx, canceled, limited, child(ctx), child(canceled))
					made = append(made, async.Uncancel(ctx))
					_, _ = limited.Done(), made[1].Done()
					return nil
				}))
				for i, c := range made {
					require.Equal(t, context.Canceled, c.Err(), i)
					require.Equal(t, context.Canceled, context.Cause(c), i)
					<-c.Done()
					require.True(t, async.IsCanceled(async.Sleep(c, time.Second)), i)
					require.NoError(t, async.Uncancel(c).Err(), i)
				}
				require.NoError(t, ctx.Err())
				require.NoError(t, async.Sleep(ctx, 2*time.Hour))
				for i, c := range made {
					require.Equal(t, context.Canceled, c.Err(), "%d, whose deadline has passed", i)
				}
			})
		})
	}
}

func TestUncancelInABodyEndsWhenItIsLeft(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var live context.Context
		require.Equal(t, async.ErrTimeout, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			err := forever(ctx)
			live = async.Uncancel(ctx)
			require.NoError(t, async.Sleep(live, time.Minute))
			return err
		}))
		require.Equal(t, context.Canceled, live.Err())
		<-live.Done()
	})
}

func TestContextStandardDeadlineFiresInWhatWasMadeInALeftBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
			var left context.Context
			require.NoError(t, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
				left, _ = async.WithCancel(ctx)
				return nil
			}))
			limited, cancel := context.WithTimeout(left, time.Hour)
			defer cancel()
			<-limited.Done() // as it is in a body that was left
			require.ErrorIs(t, limited.Err(), context.Canceled)
			return nil
		}))
	})
}

func TestContextErrDoesNotChangeAfterASecondRequest(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			limited, cancel := async.WithTimeout(ctx, time.Second)
			defer cancel()
			_ = async.Timeout(ctx, time.Second, func(body context.Context) error {
				async.CurrentTask(ctx).CancelCause(errBoom)
				async.CurrentTask(ctx).CancelCause(errCrash)
				for _, c := range []context.Context{ctx, limited, body} {
					require.Equal(t, context.Canceled, c.Err())
					require.Same(t, errBoom, context.Cause(c))
				}
				require.NoError(t, async.Sleep(async.Uncancel(ctx), 2*time.Second))
				async.CurrentTask(ctx).Cancel()
				for _, c := range []context.Context{ctx, limited, body} {
					require.Equal(t, context.Canceled, c.Err(), "its time has passed")
					require.Same(t, errBoom, context.Cause(c))
					require.Equal(t, &async.CanceledError{Cause: errBoom}, async.Yield(c))
				}
				return nil
			})
			return nil
		})
		_ = task.Wait(ctx)
	})
}

func TestTaskCancelCauseTheFirstIsTheAwaitsAndTheContexts(t *testing.T) {
	for name, await := range map[string]func(ctx context.Context) error{
		"a future": forever,
		"a timer":  func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) },
		"a turn":   func(ctx context.Context) error { return async.Yield(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				task := async.Go(ctx, func(ctx context.Context) error {
					err := await(ctx)
					require.Equal(t, &async.CanceledError{Cause: errBoom}, err)
					require.Same(t, errBoom, context.Cause(ctx))
					return err
				})
				_ = async.Yield(ctx)
				task.CancelCause(errBoom)
				task.CancelCause(errCrash)
				require.Equal(t, &async.CanceledError{Cause: errBoom}, task.Wait(ctx))
			})
		})
	}
}

func TestWithDeadlineLongAgoIsOver(t *testing.T) {
	for _, at := range []time.Time{{}, time.Unix(-1<<40, 0), time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC)} {
		virtually(t, func(ctx context.Context) {
			limited, cancel := async.WithDeadline(ctx, at)
			defer cancel()
			require.Equal(t, async.ErrTimeout, forever(limited))
			require.Zero(t, now(ctx))
		})
	}
}

func TestContextsOfTheStandardLibraryThatEndedAreTwo(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		for _, cause := range []error{errBoom, errCrash} { // neither was asked for Done, so both have the same one
			derived, cancel := context.WithCancelCause(ctx)
			cancel(cause)
			require.Equal(t, &async.CanceledError{Cause: cause}, async.Yield(derived))
		}
	})
}

func TestCancelingCountsTheTimeoutsAndGroupsThatWereAskedToStop(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.CurrentTask(ctx)
		var tg async.TaskGroup
		require.Error(t, tg.Do(ctx, func(ctx context.Context) error {
			tg.Go(func(context.Context) error { return errBoom })
			require.True(t, async.IsCanceled(forever(ctx)))
			require.Equal(t, 1, task.Canceling())
			require.Equal(t, async.ErrTimeout, async.Timeout(async.Uncancel(ctx), time.Second, func(ctx context.Context) error {
				require.Zero(t, task.Canceling(), "acknowledged")
				err := forever(ctx)
				require.Equal(t, 1, task.Canceling())
				return err
			}))
			require.Zero(t, task.Canceling(), "left")
			return nil
		}))
		require.Zero(t, task.Canceling())
		require.Equal(t, async.ErrTimeout, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			err := forever(ctx)
			require.Equal(t, 1, task.Canceling())
			return err
		}))
		require.Zero(t, task.Canceling())
		limited, cancel := async.WithTimeout(ctx, time.Second)
		defer cancel()
		require.Error(t, forever(limited))
		require.Zero(t, task.Canceling(), "a context's deadline cancels no task")
	})
}

// heapInUse is what is in use after a collection.
func heapInUse() uint64 {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestContextsDoNotGrowInATaskThatLivesLong(t *testing.T) {
	const rounds = 5000
	for name, use := range map[string]func(ctx, canceled context.Context){
		"Uncancel(ctx).Done": func(_, canceled context.Context) { _ = async.Uncancel(canceled).Done() },
		"Done under Uncancel with a value": func(_, canceled context.Context) {
			_ = async.Uncancel(context.WithValue(canceled, ctxKey("k"), 1)).Done()
		},
		"AfterFunc under Uncancel": func(_, canceled context.Context) {
			context.AfterFunc(async.Uncancel(canceled), func() {})()
		},
		"Done and Value of a body that was left": func(ctx, _ context.Context) {
			var left context.Context
			_ = async.Timeout(ctx, time.Minute, func(ctx context.Context) error {
				left = ctx
				return nil
			})
			_, _ = left.Done(), left.Value(ctxKey("k"))
		},
		"Done and Value of a body before it was left": func(ctx, _ context.Context) {
			_ = async.Timeout(ctx, time.Minute, func(ctx context.Context) error {
				_, _ = ctx.Done(), ctx.Value(ctxKey("k"))
				_ = child(ctx)
				return nil
			})
		},
		"Uncancel in a body": func(ctx, canceled context.Context) {
			_ = async.Timeout(async.Uncancel(canceled), 0, func(ctx context.Context) error {
				_ = async.Yield(ctx)
				_ = async.Uncancel(ctx).Done()
				return nil
			})
		},
		"awaits under standard contexts": func(ctx, _ context.Context) {
			derived, cancel := context.WithCancel(ctx)
			_ = async.Yield(derived)
			scope, _ := async.WithCancel(derived)
			_ = scope.Done()
			cancel()
			_ = async.Yield(async.Uncancel(scope))
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				task := async.Go(ctx, func(canceled context.Context) error {
					selfCancel(canceled)
					ctx := async.Uncancel(canceled)
					goroutines := runtime.NumGoroutine()
					some := func() {
						for range rounds {
							use(ctx, canceled)
							for runtime.NumGoroutine() > goroutines {
								runtime.Gosched() // to what an AfterFunc has set off
							}
						}
					}
					some() // so that the runtime has all that it keeps
					before := heapInUse()
					some()
					after := heapInUse()
					require.Less(t, float64(after)-float64(before), 20.0*rounds, "bytes for %d", rounds)
					return nil
				})
				require.NoError(t, task.Wait(ctx))
			})
		})
	}
}

// counted is a context that counts the looks at it.
type counted struct {
	context.Context
	looks *int
}

func (c counted) Err() error {
	*c.looks++
	return c.Context.Err()
}

func TestContextsOfTheStandardLibraryAreNotLookedAtInEachIteration(t *testing.T) {
	const tasks, yields = 10_000, 100_000
	virtually(t, func(ctx context.Context) {
		looks := 0
		var group async.TaskGroup
		require.NoError(t, group.Do(ctx, func(ctx context.Context) error {
			for range tasks {
				group.Go(func(ctx context.Context) error { return forever(counted{child(ctx), &looks}) })
			}
			_ = async.Yield(ctx)
			_ = async.Yield(ctx)
			looks = 0
			for range yields {
				_ = async.Yield(ctx)
			}
			require.LessOrEqual(t, looks, yields/4, "looks in as many iterations")
			require.NotZero(t, looks)
			group.Cancel()
			return nil
		}))
	})
}

func TestContextsOfTheStandardLibraryEndInTheSameIterationOnEveryRun(t *testing.T) {
	seenAt := func() (at []int) {
		virtually(t, func(ctx context.Context) {
			turns := countTurns(ctx)
			var cancels []context.CancelFunc
			for i := range 100 {
				async.Go(ctx, func(ctx context.Context) error {
					derived, cancel := context.WithCancel(ctx)
					if i%2 == 1 {
						scope, _ := async.WithCancel(derived)
						derived = child(embedded{scope})
					}
					cancels = append(cancels, cancel)
					require.Error(t, forever(derived))
					at = append(at, i, turns.N)
					return nil
				})
			}
			for range 3000 {
				_ = async.Yield(ctx)
				if n := len(cancels); turns.N%70 == 0 && n > 50 {
					cancels[n-1]()
					cancels[n-2]()
					cancels = cancels[:n-2]
				}
			}
			require.NotEmpty(t, at, "while the loop is busy")
			for _, cancel := range cancels {
				cancel()
			}
			turns.Stop()
			require.NoError(t, async.Sleep(ctx, time.Second), "all are looked at before time passes")
			require.Len(t, at, 200)
		})
		return at
	}
	first := seenAt()
	for range 20 {
		require.Equal(t, first, seenAt())
	}
}

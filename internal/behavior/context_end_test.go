package behavior_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

func TestTimeoutInADetachedContextTimesOutThoughTheTaskWasCanceled(t *testing.T) {
	for name, around := range map[string]func(ctx context.Context, body func(ctx context.Context)){
		"canceled before": func(ctx context.Context, body func(ctx context.Context)) {
			testkit.SelfCancel(ctx)
			_ = async.Yield(ctx)
			body(ctx)
		},
		"canceled, and not told": func(ctx context.Context, body func(ctx context.Context)) {
			testkit.SelfCancel(ctx)
			body(ctx)
		},
		"canceled meanwhile": func(ctx context.Context, body func(ctx context.Context)) {
			async.RunningLoop(ctx).CallLater(testkit.Millisecond, func() { async.CurrentTask(ctx).Cancel() })
			body(ctx)
		},
		"in a timeout that has expired": func(ctx context.Context, body func(ctx context.Context)) {
			_ = async.Timeout(ctx, testkit.Millisecond, func(ctx context.Context) error {
				_ = testkit.Forever(ctx)
				body(ctx)
				return nil
			})
		},
		"in a timeout that expires meanwhile": func(ctx context.Context, body func(ctx context.Context)) {
			_ = async.Timeout(ctx, 100*testkit.Millisecond, func(ctx context.Context) error {
				body(ctx)
				return nil
			})
		},
		"after a deadline": func(ctx context.Context, body func(ctx context.Context)) {
			ctx, cancel := async.WithTimeout(ctx, testkit.Millisecond)
			defer cancel()
			_ = testkit.Forever(ctx)
			body(ctx)
		},
	} {
		for kind, derive := range map[string]func(ctx context.Context) context.Context{
			"WithCancel": testkit.Child,
			"a context derived from that": func(ctx context.Context) context.Context {
				return testkit.Child(context.WithValue(testkit.Child(ctx), testkit.Key("k"), 1))
			},
			"a scope in that": func(ctx context.Context) context.Context {
				scope, _ := async.WithCancel(testkit.Child(ctx))
				return scope
			},
			"WithoutCancel itself": func(ctx context.Context) context.Context { return ctx },
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				testkit.Virtually(t, func(ctx context.Context) {
					task := async.Go(ctx, func(ctx context.Context) error {
						around(ctx, func(ctx context.Context) {
							free := derive(context.WithoutCancel(ctx))
							for _, await := range []func(ctx context.Context) error{
								func(ctx context.Context) error { return testkit.Forever(testkit.Child(ctx)) },
								testkit.Forever,
								func(ctx context.Context) error {
									ctx = context.WithValue(testkit.Child(ctx), testkit.Key("k"), 1)
									_ = async.Yield(ctx)
									return testkit.Forever(ctx)
								},
							} {
								begun := testkit.Now(ctx)
								require.Equal(t, async.ErrTimeout, async.Timeout(free, time.Second, await))
								require.Equal(t, time.Second, testkit.Now(ctx)-begun)
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
	testkit.Virtually(t, func(ctx context.Context) {
		var made []context.Context
		task := async.Go(ctx, func(ctx context.Context) error {
			made = append(made, async.Uncancel(ctx))
			require.True(t, async.IsCanceled(testkit.Forever(ctx)))
			made = append(made, async.Uncancel(ctx), async.Uncancel(context.WithValue(ctx, testkit.Key("k"), 1)))
			scope, _ := async.WithCancel(made[1])
			made = append(made, scope, testkit.Child(made[1]), testkit.Child(made[2]))
			for _, c := range made[1:] {
				require.NoError(t, c.Err())
			}
			require.Equal(t, 1, made[2].Value(testkit.Key("k")))
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
			testkit.Virtually(t, func(ctx context.Context) {
				var made []context.Context
				require.NoError(t, enter(ctx, func(ctx context.Context) error {
					canceled, _ := async.WithCancel(ctx)
					limited, _ := async.WithTimeout(ctx, time.Hour)
					made = append(made, ctx, canceled, limited, testkit.Child(ctx), testkit.Child(canceled))
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
	testkit.Virtually(t, func(ctx context.Context) {
		var live context.Context
		require.Equal(t, async.ErrTimeout, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			err := testkit.Forever(ctx)
			live = async.Uncancel(ctx)
			require.NoError(t, async.Sleep(live, time.Minute))
			return err
		}))
		require.Equal(t, context.Canceled, live.Err())
		<-live.Done()
	})
}

func TestContextErrDoesNotChangeAfterASecondRequest(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			limited, cancel := async.WithTimeout(ctx, time.Second)
			defer cancel()
			_ = async.Timeout(ctx, time.Second, func(body context.Context) error {
				async.CurrentTask(ctx).CancelCause(testkit.ErrBoom)
				async.CurrentTask(ctx).CancelCause(testkit.ErrCrash)
				for _, c := range []context.Context{ctx, limited, body} {
					require.Equal(t, context.Canceled, c.Err())
					require.Same(t, testkit.ErrBoom, context.Cause(c))
				}
				require.NoError(t, async.Sleep(async.Uncancel(ctx), 2*time.Second))
				async.CurrentTask(ctx).Cancel()
				for _, c := range []context.Context{ctx, limited, body} {
					require.Equal(t, context.Canceled, c.Err(), "its time has passed")
					require.Same(t, testkit.ErrBoom, context.Cause(c))
					require.Equal(t, &async.CanceledError{Cause: testkit.ErrBoom}, async.Yield(c))
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
		"a future": testkit.Forever,
		"a timer":  func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) },
		"a turn":   func(ctx context.Context) error { return async.Yield(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Virtually(t, func(ctx context.Context) {
				task := async.Go(ctx, func(ctx context.Context) error {
					err := await(ctx)
					require.Equal(t, &async.CanceledError{Cause: testkit.ErrBoom}, err)
					require.Same(t, testkit.ErrBoom, context.Cause(ctx))
					return err
				})
				_ = async.Yield(ctx)
				task.CancelCause(testkit.ErrBoom)
				task.CancelCause(testkit.ErrCrash)
				require.Equal(t, &async.CanceledError{Cause: testkit.ErrBoom}, task.Wait(ctx))
			})
		})
	}
}

func TestContextsOfTheStandardLibraryThatEndedAreTwo(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		for _, cause := range []error{testkit.ErrBoom, testkit.ErrCrash} { // neither was asked for Done, so both have the same one
			derived, cancel := context.WithCancelCause(ctx)
			cancel(cause)
			require.Equal(t, &async.CanceledError{Cause: cause}, async.Yield(derived))
		}
	})
}

func TestCancelingCountsTheTimeoutsAndGroupsThatWereAskedToStop(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		task := async.CurrentTask(ctx)
		var tg async.TaskGroup
		require.Error(t, tg.Do(ctx, func(ctx context.Context) error {
			tg.Go(func(context.Context) error { return testkit.ErrBoom })
			require.True(t, async.IsCanceled(testkit.Forever(ctx)))
			require.Equal(t, 1, task.Canceling())
			require.Equal(t, async.ErrTimeout, async.Timeout(async.Uncancel(ctx), time.Second, func(ctx context.Context) error {
				require.Zero(t, task.Canceling(), "acknowledged")
				err := testkit.Forever(ctx)
				require.Equal(t, 1, task.Canceling())
				return err
			}))
			require.Zero(t, task.Canceling(), "left")
			return nil
		}))
		require.Zero(t, task.Canceling())
		require.Equal(t, async.ErrTimeout, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			err := testkit.Forever(ctx)
			require.Equal(t, 1, task.Canceling())
			return err
		}))
		require.Zero(t, task.Canceling())
		limited, cancel := async.WithTimeout(ctx, time.Second)
		defer cancel()
		require.Error(t, testkit.Forever(limited))
		require.Zero(t, task.Canceling(), "a context's deadline cancels no task")
	})
}

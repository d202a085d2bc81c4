package behavior_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

// Cancellation is level-triggered: what has to wait with a context that was
// canceled before, and whose cancellation was delivered, passes the baton once
// and returns the error. It starts nothing, and leaves alone what it was given.

// combinators await something with ctx. Some is a task that waits for ever.
var combinators = map[string]func(t *testing.T, ctx context.Context, some *async.Task[int]) error{
	"Gather": func(t *testing.T, ctx context.Context, _ *async.Task[int]) error {
		_, err := async.Gather(ctx, testkit.NeverValue(t), testkit.NeverValue(t))
		return err
	},
	"Gather of tasks": func(_ *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, err := async.Gather(ctx, some, some)
		return err
	},
	"Gather of both": func(t *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, err := async.Gather[async.Awaitable[int]](ctx, some, testkit.NeverValue(t))
		return err
	},
	"GatherSettled": func(t *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, err := async.GatherSettled[async.Awaitable[int]](ctx, some, testkit.NeverValue(t))
		return err
	},
	"Gather2": func(t *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, _, err := async.Gather2(ctx, some, async.Func(testkit.Never(t)))
		return err
	},
	"Gather3": func(t *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, _, _, err := async.Gather3(ctx, some, testkit.NeverValue(t), async.Func(testkit.Never(t)))
		return err
	},
	"Wait": func(_ *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, _, err := async.Wait(ctx, async.AllCompleted, some)
		return err
	},
	"WaitTimeout": func(_ *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, _, err := async.WaitTimeout(ctx, async.FirstCompleted, time.Hour, some)
		return err
	},
	"AsCompleted": func(_ *testing.T, ctx context.Context, some *async.Task[int]) error {
		for _, err := range async.AsCompleted(ctx, some) {
			return err
		}
		return errors.New("no error")
	},
	"Race": func(t *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, err := async.Race[async.Awaitable[int]](ctx, some, testkit.NeverValue(t))
		return err
	},
	"Any": func(t *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, err := async.Any[async.Awaitable[int]](ctx, some, testkit.NeverValue(t))
		return err
	},
	"Shield": func(t *testing.T, ctx context.Context, _ *async.Task[int]) error {
		_, err := async.Shield(ctx, testkit.NeverValue(t))
		return err
	},
	"Shield of a task": func(_ *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, err := async.Shield(ctx, some)
		return err
	},
	"Timeout": func(_ *testing.T, ctx context.Context, _ *async.Task[int]) error {
		return async.Timeout(ctx, time.Hour, testkit.Forever)
	},
	"Timeout of nothing": func(_ *testing.T, ctx context.Context, _ *async.Task[int]) error {
		return async.Timeout(ctx, 0, testkit.Forever)
	},
	"WaitFor": func(_ *testing.T, ctx context.Context, _ *async.Task[int]) error {
		_, err := async.WaitFor(ctx, async.Func(testkit.Forever), time.Hour)
		return err
	},
	"WaitFor a task": func(_ *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, err := async.WaitFor(ctx, some, time.Hour)
		return err
	},
	"WaitFor no time": func(t *testing.T, ctx context.Context, _ *async.Task[int]) error {
		_, err := async.WaitFor(ctx, testkit.NeverValue(t), 0)
		return err
	},
	"WaitFor a task for no time": func(_ *testing.T, ctx context.Context, some *async.Task[int]) error {
		_, err := async.WaitFor(ctx, some, 0)
		return err
	},
	"WithTimeout": func(_ *testing.T, ctx context.Context, _ *async.Task[int]) error {
		ctx, cancel := async.WithTimeout(ctx, time.Hour)
		defer cancel()
		return testkit.Forever(ctx)
	},
	"WithDeadline": func(_ *testing.T, ctx context.Context, _ *async.Task[int]) error {
		ctx, cancel := async.WithDeadline(ctx, async.RunningLoop(ctx).Now().Add(time.Hour))
		defer cancel()
		return testkit.Forever(ctx)
	},
	"WithCancel": func(_ *testing.T, ctx context.Context, _ *async.Task[int]) error {
		ctx, cancel := async.WithCancel(ctx)
		defer cancel()
		return testkit.Forever(ctx)
	},
	"WithCancelCause": func(_ *testing.T, ctx context.Context, _ *async.Task[int]) error {
		ctx, cancel := async.WithCancelCause(ctx)
		defer cancel(testkit.ErrCrash)
		return testkit.Forever(ctx)
	},
	"a group's body": func(_ *testing.T, ctx context.Context, _ *async.Task[int]) error {
		return new(async.TaskGroup).Do(ctx, testkit.Forever)
	},
	"TaskGroup.Start": func(t *testing.T, ctx context.Context, _ *async.Task[int]) (err error) {
		var tg async.TaskGroup
		require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
			err = tg.Start(ctx, func(ctx context.Context, _ func()) error { return testkit.Never(t)(ctx) })
			return nil
		}))
		return err
	},
}

// A cancellation that was not delivered is passed on to what is awaited.
func TestCombinatorsWithACancellationOnItsWayBeginNothing(t *testing.T) {
	for how, cancel := range map[string]func(ctx context.Context) context.Context{
		"the task": func(ctx context.Context) context.Context {
			async.CurrentTask(ctx).CancelCause(testkit.ErrBoom)
			return ctx
		},
		"a scope": func(ctx context.Context) context.Context {
			ctx, cancel := async.WithCancelCause(ctx)
			cancel(testkit.ErrBoom)
			return ctx
		},
		"a standard context": func(ctx context.Context) context.Context {
			ctx, cancel := context.WithCancelCause(ctx)
			cancel(testkit.ErrBoom)
			return ctx
		},
	} {
		for name, await := range combinators {
			if name == "Shield" {
				continue // it lets begin what it shields
			}
			t.Run(how+"/"+name, func(t *testing.T) {
				testkit.Virtually(t, func(ctx context.Context) {
					some := async.GoValue(ctx, testkit.After(time.Hour, 1))
					task := async.Go(ctx, func(ctx context.Context) error { return await(t, cancel(ctx), some) })
					err := task.Wait(ctx)
					require.True(t, task.Canceled(), "%v", err)
					require.True(t, async.IsCanceled(err))
				})
			})
		}
	}
}

// spent runs f in a task whose cancellation has been delivered.
func spent(t *testing.T, ctx context.Context, f func(ctx context.Context)) {
	t.Helper()
	task := async.Go(ctx, func(ctx context.Context) error {
		async.CurrentTask(ctx).CancelCause(testkit.ErrBoom)
		require.ErrorIs(t, async.Yield(ctx), testkit.ErrBoom)
		f(ctx)
		return nil
	})
	require.NoError(t, task.Wait(ctx))
}

func TestCombinatorsOnAContextCanceledBeforePassTheBatonOnceAndStartNothing(t *testing.T) {
	for name, await := range combinators {
		t.Run(name, func(t *testing.T) {
			testkit.Virtually(t, func(ctx context.Context) {
				count := testkit.CountTurns(ctx)
				some := async.GoValue(ctx, testkit.After(time.Hour, 1))
				spent(t, ctx, func(ctx context.Context) {
					tasks := len(async.AllTasks(ctx))
					passed := count.During(func() {
						err := await(t, ctx, some)
						require.True(t, async.IsCanceled(err), "%v", err)
						require.ErrorIs(t, err, testkit.ErrBoom)
					})
					require.Equal(t, 1, passed)
					require.Len(t, async.AllTasks(ctx), tasks)
				})
				require.False(t, some.Done())
				require.Zero(t, some.Canceling())
				count.Stop()
			})
		})
	}
}

func TestCombinatorsUnderATimeoutThatWasDeliveredReturnErrTimeout(t *testing.T) {
	for name, await := range combinators {
		t.Run(name, func(t *testing.T) {
			testkit.Virtually(t, func(ctx context.Context) {
				some := async.GoValue(ctx, testkit.After(time.Hour, 1))
				expired, cancel := async.WithTimeout(ctx, testkit.Millisecond)
				defer cancel()
				require.ErrorIs(t, testkit.Forever(expired), async.ErrTimeout)
				err := await(t, expired, some)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.False(t, async.IsCanceled(err), "%v", err)
				require.False(t, some.Done())
			})
		})
	}
}

func TestCombinatorsUnderAStandardContextCanceledBeforeStartNothing(t *testing.T) {
	for name, await := range combinators {
		t.Run(name, func(t *testing.T) {
			testkit.Virtually(t, func(ctx context.Context) {
				some := async.GoValue(ctx, testkit.After(time.Hour, 1))
				derived, cancel := context.WithCancelCause(ctx)
				cancel(testkit.ErrBoom)
				require.ErrorIs(t, testkit.Forever(derived), testkit.ErrBoom)
				require.ErrorIs(t, await(t, derived, some), testkit.ErrBoom)
				require.False(t, some.Done())
			})
		})
	}
}

func TestCombinatorsWaitAgainOnAnUncanceledContext(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		spent(t, ctx, func(ctx context.Context) {
			ctx = async.Uncancel(ctx)
			values, err := async.Gather(ctx, testkit.After(testkit.Millisecond, 1), testkit.After(2*testkit.Millisecond, 2))
			require.NoError(t, err)
			require.Equal(t, []int{1, 2}, values)
			values, err = async.Map(ctx, 1, []int{1, 2}, func(ctx context.Context, n int) (int, error) { return async.SleepValue(ctx, testkit.Millisecond, n) })
			require.NoError(t, err)
			require.Equal(t, []int{1, 2}, values)
			v, err := async.Race(ctx, testkit.After(testkit.Millisecond, 1), testkit.After(2*testkit.Millisecond, 2))
			require.NoError(t, err)
			require.Equal(t, 1, v)
			require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(async.Func(func(ctx context.Context) error { return async.Sleep(ctx, testkit.Millisecond) }))
				return async.Sleep(ctx, testkit.Millisecond)
			}))
		})
	})
}

func TestMapOnAContextCanceledBeforeBeginsNoCall(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		spent(t, ctx, func(ctx context.Context) {
			tasks := len(async.AllTasks(ctx))
			values, err := async.Map(ctx, 2, []int{1, 2, 3}, func(context.Context, int) (int, error) {
				t.Error("a call was begun")
				return 0, nil
			})
			require.True(t, async.IsCanceled(err), "%v", err)
			require.ErrorIs(t, err, testkit.ErrBoom)
			require.Nil(t, values)
			require.Len(t, async.AllTasks(ctx), tasks)
		})
	})
}

func TestTaskGroupOnAContextCanceledBeforeRunsNoTask(t *testing.T) {
	for name, runner := range map[string]async.Runner{"lazily": {}, "eagerly": {Eager: true}} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, testkit.VirtuallyWith(t, runner, func(ctx context.Context) {
				spent(t, ctx, func(ctx context.Context) {
					for _, limit := range []int{0, 1} {
						var tasks []*async.Task[async.Void]
						tg := async.TaskGroup{Limit: limit}
						err := tg.Do(ctx, func(ctx context.Context) error {
							tasks = append(tasks, tg.Go(testkit.Never(t)), tg.Go(testkit.Never(t)))
							require.Error(t, async.Yield(ctx)) // passes the baton all the same
							return nil
						})
						require.ErrorIs(t, err, testkit.ErrBoom)
						for _, task := range tasks {
							require.True(t, task.Canceled())
							require.ErrorIs(t, task.Err(), testkit.ErrBoom)
						}
					}
				})
			}))
		})
	}
}

func TestTaskGroupWhoseContextWasCanceledInItsBodyCancelsItsTasks(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		var before, after *async.Task[async.Void]
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				before = tg.Go(testkit.Forever)
				require.ErrorIs(t, testkit.Forever(ctx), testkit.ErrBoom) // ignored
				after = tg.Go(testkit.Never(t))
				return nil
			})
		})
		require.NoError(t, async.Yield(ctx))
		task.CancelCause(testkit.ErrBoom)
		require.ErrorIs(t, task.Wait(ctx), testkit.ErrBoom)
		require.True(t, before.Canceled())
		require.ErrorIs(t, before.Err(), testkit.ErrBoom)
		require.True(t, after.Canceled())
	})
}

// An await that need not wait does not look at the context.
func TestCombinatorsReturnWhatIsDoneOnAContextCanceledBefore(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		count := testkit.CountTurns(ctx)
		one := async.GoValue(ctx, testkit.After(0, 1))
		bad := async.GoValue(ctx, testkit.Failing(0, testkit.ErrCrash))
		_, _, err := async.Wait(ctx, async.AllCompleted, one, bad)
		require.NoError(t, err)
		spent(t, ctx, func(ctx context.Context) {
			require.Zero(t, count.During(func() {
				values, err := async.Gather(ctx, one, one)
				require.NoError(t, err)
				require.Equal(t, []int{1, 1}, values)
				_, err = async.Gather(ctx, one, bad)
				require.Equal(t, testkit.ErrCrash, err)
				results, err := async.GatherSettled(ctx, bad, one)
				require.NoError(t, err)
				require.Equal(t, []async.Result[int]{{Err: testkit.ErrCrash}, {Value: 1}}, results)
				none, err := async.Gather[async.Func](ctx)
				require.NoError(t, err)
				require.Empty(t, none)
				v, err := async.Race(ctx, one, bad)
				require.NoError(t, err)
				require.Equal(t, 1, v)
				v, err = async.Any(ctx, bad, one)
				require.NoError(t, err)
				require.Equal(t, 1, v)
				v, err = async.Shield(ctx, one)
				require.NoError(t, err)
				require.Equal(t, 1, v)
				v, err = async.WaitFor(ctx, one, 0)
				require.NoError(t, err)
				require.Equal(t, 1, v)
				empty, err := async.Map(ctx, 1, nil, func(context.Context, int) (int, error) { return 0, nil })
				require.NoError(t, err)
				require.Empty(t, empty)
				require.NoError(t, async.Timeout(ctx, 0, func(context.Context) error { return nil }))
				require.NoError(t, new(async.TaskGroup).Do(ctx, func(context.Context) error { return nil }))
			}))
		})
		count.Stop()
	})
}

package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// starter is what is given to Start.
type starter = func(ctx context.Context, ready func()) error

// starting runs body in a group, and gives it the Start of that.
func starting(ctx context.Context, body func(ctx context.Context, start func(fn starter) error) error) error {
	return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		return body(ctx, func(fn starter) error { return tg.Start(ctx, fn) })
	})
}

func TestTaskGroupStartReturnsWhenTheTaskIsReadyAndTheTaskGoesOn(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		goesOn := false
		require.NoError(t, starting(ctx, func(ctx context.Context, start func(fn starter) error) error {
			require.NoError(t, start(func(ctx context.Context, ready func()) error {
				require.NoError(t, async.Sleep(ctx, ms))
				ready()
				ready() // once more does nothing
				require.NoError(t, async.Sleep(ctx, ms))
				goesOn = true
				return nil
			}))
			require.Equal(t, ms, now(ctx))
			require.False(t, goesOn)
			return nil
		}))
		require.True(t, goesOn)
	})
}

func TestTaskGroupStartReturnsAFailureBeforeReadyWhichIsNotTheGroups(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		require.NoError(t, starting(ctx, func(ctx context.Context, start func(fn starter) error) error {
			require.Equal(t, errBoom, start(func(ctx context.Context, _ func()) error { return sleepThen(ms, errBoom)(ctx) }))
			require.NoError(t, ctx.Err())
			return async.Yield(ctx)
		}))
	})
}

func TestTaskGroupStartFailureAfterReadyIsTheGroups(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		for _, d := range []time.Duration{ms, 0, -1} {
			err := starting(ctx, func(ctx context.Context, start func(fn starter) error) error {
				require.NoError(t, start(func(ctx context.Context, ready func()) error {
					ready()
					if d < 0 {
						return errBoom // before Start has gone on
					}
					return sleepThen(d, errBoom)(ctx)
				}))
				return forever(ctx)
			})
			require.Equal(t, []error{errBoom}, groupErrors(t, err))
		}
	})
}

func TestTaskGroupStartOfATaskThatIsNeverReadyIsAnError(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		require.NoError(t, starting(ctx, func(ctx context.Context, start func(fn starter) error) error {
			require.Equal(t, async.ErrNeverReady, start(func(context.Context, func()) error { return nil }))
			return nil
		}))
	})
}

func TestTaskGroupStartThatIsCanceledCancelsTheTaskAndAwaitsIt(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			cleanedUp := false
			err := async.Timeout(ctx, ms, func(ctx context.Context) error {
				return tg.Start(ctx, func(ctx context.Context, _ func()) error {
					err := forever(ctx)
					require.NoError(t, async.Sleep(async.Uncancel(ctx), ms))
					cleanedUp = true
					return err
				})
			})
			require.ErrorIs(t, err, async.ErrTimeout)
			require.True(t, cleanedUp)
			require.NoError(t, ctx.Err())
			return nil
		}))
	})
}

func TestTaskGroupStartSucceedsIfReadyInSpiteOfACancellation(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			scope := async.NewTimeout(ms)
			require.NoError(t, scope.Do(ctx, func(ctx context.Context) error {
				return tg.Start(ctx, func(ctx context.Context, ready func()) error {
					_ = forever(ctx)
					ready()
					return async.Sleep(async.Uncancel(ctx), ms)
				})
			}))
			require.True(t, scope.Expired())
			return nil
		}))
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestTaskGroupStartCanceledInTheTurnOfReadyCancelsTheTask(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			var child async.AnyTask
			var owner *async.Task[async.Void]
			owner = async.Go(ctx, func(ctx context.Context) error {
				return tg.Start(ctx, func(ctx context.Context, ready func()) error {
					child = async.CurrentTask(ctx)
					require.NoError(t, async.Yield(ctx))
					ready()
					owner.CancelCause(errBoom)
					return forever(ctx)
				})
			})
			require.ErrorIs(t, owner.Wait(ctx), errBoom)
			require.True(t, child.Canceled())
			return nil
		}))
	})
}

func TestTaskGroupStartEndsWithTheGroup(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(sleepThen(ms, errBoom))
			err := tg.Start(ctx, func(ctx context.Context, _ func()) error { return forever(ctx) })
			require.True(t, async.IsCanceled(err))
			require.ErrorIs(t, err, errBoom)
			return err
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
	})
}

func TestTaskGroupStartInAGroupThatTakesNoMoreFails(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var tg async.TaskGroup
		require.NoError(t, tg.Do(ctx, func(context.Context) error { return nil }))
		require.Equal(t, async.ErrGroupClosed, tg.Start(ctx, func(ctx context.Context, _ func()) error { return never(t)(ctx) }))
	})
}

func TestTaskGroupStartAtTheLimitWaitsForItsTurn(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		tg := async.TaskGroup{Limit: 1}
		require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
			tg.Go(sleepThen(ms, nil))
			require.NoError(t, tg.Start(ctx, func(_ context.Context, ready func()) error {
				ready()
				return nil
			}))
			require.Equal(t, ms, now(ctx))
			return nil
		}))
	})
}

func TestTaskGroupStartPanicBeforeReadyGoesOn(t *testing.T) {
	told := virtuallyWith(t, async.Runner{}, func(ctx context.Context) {
		require.NoError(t, starting(ctx, func(ctx context.Context, start func(fn starter) error) error {
			v := panicOf(func() { _ = start(func(ctx context.Context, _ func()) error { return blowUp(ctx) }) })
			require.IsType(t, &async.PanicError{}, v)
			return nil
		}))
	})
	require.Equal(t, []string{"panic in a task"}, told)
}

func TestTaskGroupStartGoexitBeforeReadyEndsTheRun(t *testing.T) {
	require.True(t, endsByGoexit(func() {
		r := async.Runner{Clock: asynctest.NewClock()}
		_ = r.Run(t.Context(), func(ctx context.Context) error {
			return starting(ctx, func(ctx context.Context, start func(fn starter) error) error {
				return start(func(ctx context.Context, _ func()) error { return goexit(ctx) })
			})
		})
	}))
}

func TestTaskGroupStartOfATaskThatIsReadyAtOnceStartsEagerlyToo(t *testing.T) {
	require.Empty(t, virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
		count := countTurns(ctx)
		require.NoError(t, starting(ctx, func(ctx context.Context, start func(fn starter) error) error {
			require.Zero(t, count.During(func() {
				require.NoError(t, start(func(ctx context.Context, ready func()) error {
					ready()
					return async.Yield(ctx)
				}))
			}))
			return nil
		}))
		count.Stop()
	}))
}

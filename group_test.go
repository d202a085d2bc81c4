package async_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// groupErrors are the errors of the group that err is of.
func groupErrors(t *testing.T, err error) []error {
	t.Helper()
	var g *async.GroupError
	require.ErrorAs(t, err, &g)
	return g.Errors
}

// sleepThen fails with err after d.
func sleepThen(d time.Duration, err error) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if err := async.Sleep(ctx, d); err != nil {
			return err
		}
		return err
	}
}

// stubborn sleeps for d when it is canceled, and then fails with err.
func stubborn(d time.Duration, err error) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		_ = forever(ctx)
		if e := async.Sleep(context.WithoutCancel(ctx), d); e != nil {
			return e
		}
		return err
	}
}

func TestTaskGroupAwaitsItsTasks(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var a, b *async.Task[int]
		require.NoError(t, group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			a, b = async.GoValueIn(tg, after(2*ms, 1)), async.GoValueIn(tg, after(ms, 2))
			require.False(t, a.Done())
			return nil
		}))
		v, err := a.Result()
		require.NoError(t, err)
		require.Equal(t, 1, v)
		v, err = b.Result()
		require.NoError(t, err)
		require.Equal(t, 2, v)
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestTaskGroupTakesNoTaskBeforeDo(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var tg async.TaskGroup
		const message = "async: Go on a TaskGroup before its Do: start tasks in the body, or use async.Go"
		require.PanicsWithValue(t, message, func() { tg.Go(never(t)) })
		require.PanicsWithValue(t, message, func() { async.GoValueIn(&tg, neverValue(t)) })
		require.PanicsWithValue(t, message, func() { _ = tg.Start(ctx, nil) })
	})
}

func TestTaskGroupIsUsedOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var tg async.TaskGroup
		again := func() { _ = tg.Do(ctx, func(context.Context) error { return nil }) }
		const message = "async: Do on a TaskGroup that was used: make one for each Do"
		require.NoError(t, tg.Do(ctx, func(context.Context) error {
			require.PanicsWithValue(t, message, again)
			return nil
		}))
		require.PanicsWithValue(t, message, again)
	})
}

func TestTaskGroupThatTakesNoMoreFailsItsTasks(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		refused := func(tg *async.TaskGroup) {
			task := tg.Go(never(t))
			require.True(t, task.Done())
			require.Equal(t, async.ErrGroupClosed, task.Err())
			require.Equal(t, async.ErrGroupClosed, async.GoValueIn(tg, neverValue(t)).Err())
		}
		var tg async.TaskGroup
		require.ErrorIs(t, tg.Do(ctx, func(ctx context.Context) error {
			tg.Go(func(ctx context.Context) error {
				defer refused(&tg) // being canceled
				return forever(ctx)
			})
			tg.Go(sleepThen(ms, errBoom))
			return nil
		}), errBoom)
		refused(&tg) // after its end
	})
	told := virtuallyWith(t, async.Runner{}, func(ctx context.Context) {
		var tg async.TaskGroup
		require.NoError(t, tg.Do(ctx, func(ctx context.Context) error { return nil }))
		tg.Go(never(t))
	})
	require.Equal(t, []string{"error was never retrieved"}, told)
}

func TestTaskGroupTakesSiblingsAfterItsBodyUntilTheLastTaskHasEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var tg async.TaskGroup
		var sibling, tooLate *async.Task[async.Void]
		require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
			task := tg.Go(func(ctx context.Context) error {
				err := async.Sleep(ctx, ms)
				sibling = tg.Go(sleepThen(ms, nil))
				return err
			})
			task.OnDone(func() {
				sibling.OnDone(func() { tooLate = tg.Go(never(t)) }) // after the group's own callback
			})
			return nil
		}))
		require.True(t, sibling.Done())
		require.NoError(t, sibling.Err())
		require.Equal(t, async.ErrGroupClosed, tooLate.Err())
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestTaskGroupThatServesForEverDoesNotGrow(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		for _, limit := range []int{0, 8} {
			tg := async.TaskGroup{Limit: limit}
			require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
				serve := func(n int) uint64 {
					for range n {
						for range 16 {
							tg.Go(func(ctx context.Context) error { return async.Yield(ctx) })
						}
						require.NoError(t, async.Sleep(ctx, ms))
					}
					return heap()
				}
				before := serve(100)
				require.Less(t, serve(5_000), before+200_000)
				return nil
			}))
		}
	})
}

// heap is how many bytes are in use.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestTaskGroupTaskHasTheValuesOfTheBodyButNotItsCancellation(t *testing.T) {
	type key struct{}
	virtually(t, func(ctx context.Context) {
		derived, cancel := async.WithCancel(context.WithValue(ctx, key{}, 1))
		require.NoError(t, group(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			require.NoError(t, group(derived, func(_ context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error {
					require.Equal(t, 1, ctx.Value(key{}))
					return nil
				})
				return nil
			}))
			cancel()
			return nil
		}))
	})
}

func TestTaskGroupUnderATimeout(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var task *async.Task[async.Void]
		err := async.Timeout(ctx, ms, func(ctx context.Context) error {
			return group(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				task = tg.Go(forever)
				return nil
			})
		})
		require.Equal(t, async.ErrTimeout, err)
		require.True(t, task.Canceled())
		limited, cancel := async.WithTimeout(ctx, ms)
		defer cancel()
		err = group(limited, func(_ context.Context, tg *async.TaskGroup) error {
			task = tg.Go(forever)
			return nil
		})
		require.Equal(t, async.ErrTimeout, err)
		require.True(t, task.Canceled())
	})
}

func TestWithTaskGroupValueReturnsTheValueWhenAllTasksHaveEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		v, err := async.WithTaskGroupValue(ctx, func(_ context.Context, tg *async.TaskGroup) (int, error) {
			tg.Go(func(ctx context.Context) error { return async.Sleep(ctx, ms) })
			return 42, nil
		})
		require.NoError(t, err)
		require.Equal(t, 42, v)
		require.Equal(t, ms, now(ctx))
		v, err = async.WithTaskGroupValue(ctx, func(_ context.Context, tg *async.TaskGroup) (int, error) {
			tg.Go(errorN(1))
			return 42, nil
		})
		require.ErrorContains(t, err, "error 1")
		require.Zero(t, v)
	})
}

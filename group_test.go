package async_test

import (
	"context"
	"errors"
	"fmt"
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

func TestTaskGroupCancelTwiceDoesNothing(t *testing.T) {
	var r record
	virtually(t, func(ctx context.Context) {
		var outer, inner async.TaskGroup
		async.Go(ctx, func(context.Context) error {
			inner.Go(async.Yield)
			return nil
		})
		async.Go(ctx, func(context.Context) error {
			outer.Cancel() // ends inner's body, which cancels its task
			return nil
		})
		async.Go(ctx, func(ctx context.Context) error {
			_ = async.Yield(ctx)
			inner.Cancel()
			_ = async.Yield(ctx)
			r.Add("a turn later")
			return nil
		})
		require.NoError(t, outer.Do(ctx, func(ctx context.Context) error {
			return inner.Do(ctx, async.Yield)
		}))
		r.Add("both have ended")
	})
	require.Equal(t, record{"a turn later", "both have ended"}, r)
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

func TestTaskGroupFailureCancelsTheSiblingsInOrderThenTheBody(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var ended record
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(ended.Traced("a"))
			tg.Go(sleepThen(ms, errBoom))
			tg.Go(ended.Traced("b"))
			return ended.Traced("body")(ctx)
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
		require.Equal(t, record{"a", "b", "body"}, ended)
		require.EqualError(t, err, "async: task group: boom")
		require.NoError(t, ctx.Err())
		require.NoError(t, async.Yield(ctx))
	})
}

func TestTaskGroupFailureIsTheCauseOfTheCancellation(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		check := func(ctx context.Context) error {
			err := forever(ctx)
			require.ErrorIs(t, err, errBoom)
			require.Equal(t, errBoom, context.Cause(ctx))
			require.Equal(t, context.Canceled, ctx.Err())
			return err
		}
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(check)
			tg.Go(sleepThen(ms, errBoom))
			tg.Go(stubborn(ms, errCrash))
			return check(ctx)
		})
		require.Equal(t, []error{errBoom, errCrash}, groupErrors(t, err))
		err = group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(check)
			require.NoError(t, async.Yield(ctx))
			return errBoom
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
	})
}

func TestTaskGroupErrorsComeInOrderTheBodysLast(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		bodyError := errors.New("body")
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(stubborn(3*ms, errors.New("third")))
			tg.Go(stubborn(2*ms, fmt.Errorf("second: %w", errCrash)))
			tg.Go(sleepThen(ms, errBoom))
			_ = forever(ctx)
			return bodyError
		})
		require.EqualError(t, err, "async: task group, 4 errors: boom; second: crash; third; body")
		require.ErrorIs(t, err, errBoom)
		require.ErrorIs(t, err, errCrash)
		require.ErrorIs(t, err, bodyError)
		require.Equal(t, bodyError, groupErrors(t, err)[3])
		require.Equal(t, groupErrors(t, err), err.(interface{ Unwrap() []error }).Unwrap())
		require.False(t, async.IsCanceled(err))
	})
}

func TestTaskGroupErrorOfTheBodyCancelsTheTasks(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var task *async.Task[async.Void]
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			task = tg.Go(forever)
			return errBoom
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
		require.True(t, task.Canceled())
		require.ErrorIs(t, task.Err(), errBoom)
	})
}

func TestTaskGroupIsNotFailedByATaskThatIsCanceled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		gone := async.Go(ctx, forever)
		gone.Cancel()
		require.NoError(t, group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			task := tg.Go(forever)
			tg.Go(gone.Wait)
			tg.Go(sleepThen(2*ms, nil))
			require.NoError(t, async.Sleep(ctx, ms))
			task.Cancel()
			return nil
		}))
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestTaskGroupReturnsTheCancellationOfWhatTheBodyAwaited(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		gone := async.Go(ctx, forever)
		gone.CancelCause(errCrash)
		var task *async.Task[async.Void]
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			task = tg.Go(forever)
			return gone.Wait(ctx)
		})
		require.True(t, async.IsCanceled(err))
		require.ErrorIs(t, err, errCrash)
		require.True(t, task.Canceled())
	})
}

func TestTaskGroupCanceledFromOutsideCancelsItsTasksAndReturnsTheCancellation(t *testing.T) {
	for name, body := range map[string]func(ctx context.Context) error{
		"in its body":     forever,
		"while it awaits": func(context.Context) error { return nil },
		"ignored in body": func(ctx context.Context) error { _ = forever(ctx); return nil },
		"in a nested body": func(ctx context.Context) error {
			return group(ctx, func(ctx context.Context, _ *async.TaskGroup) error { return forever(ctx) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				var ended record
				task := async.Go(ctx, func(ctx context.Context) error {
					return group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
						tg.Go(ended.Traced("a"))
						tg.Go(func(ctx context.Context) error {
							err := ended.Traced("b")(ctx)
							require.Equal(t, errBoom, context.Cause(ctx))
							return err
						})
						return body(ctx)
					})
				})
				async.RunningLoop(ctx).CallLater(ms, func() { task.CancelCause(errBoom) })
				err := task.Wait(ctx)
				require.EqualError(t, err, "async: canceled: boom")
				require.ErrorIs(t, err, errBoom)
				require.True(t, task.Canceled())
				require.Equal(t, record{"a", "b"}, ended)
			})
		})
	}
}

func TestTaskGroupErrorsWinOverACancellationFromOutsideWhichIsRedelivered(t *testing.T) {
	for _, cancelAgain := range []bool{false, true} {
		virtually(t, func(ctx context.Context) {
			var next error
			task := async.Go(ctx, func(ctx context.Context) error {
				err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
					tg.Go(stubborn(2*ms, errCrash))
					return nil
				})
				require.Equal(t, []error{errCrash}, groupErrors(t, err))
				f := async.NewFuture[int](ctx)
				next = f.Wait(ctx)
				require.True(t, f.Canceled(), "the request is passed on again")
				return nil
			})
			async.RunningLoop(ctx).CallLater(ms, func() { task.CancelCause(errBoom) })
			if cancelAgain {
				async.RunningLoop(ctx).CallLater(2*ms, func() { task.CancelCause(errBoom) })
			}
			require.NoError(t, task.Wait(ctx))
			require.True(t, async.IsCanceled(next))
			require.ErrorIs(t, next, errBoom)
			require.Equal(t, 3*ms, now(ctx))
		})
	}
}

func TestTaskGroupFailedUnderACancellationLetsItsTaskEndCanceled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(stubborn(ms, errCrash))
				return nil
			})
			require.ErrorIs(t, err, errCrash)
			return nil
		})
		async.RunningLoop(ctx).CallLater(ms, func() { task.CancelCause(errBoom) })
		require.ErrorIs(t, task.Wait(ctx), errBoom)
		require.True(t, task.Canceled())
	})
}

func TestTaskGroupNestedCollectsItsOwnErrors(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		err := group(ctx, func(ctx context.Context, outer *async.TaskGroup) error {
			outer.Go(stubborn(ms, errCrash))
			outer.Go(func(ctx context.Context) error {
				return group(ctx, func(_ context.Context, inner *async.TaskGroup) error {
					inner.Go(sleepThen(ms, errBoom))
					inner.Go(forever)
					return nil
				})
			})
			return nil
		})
		require.EqualError(t, err, "async: task group, 2 errors: async: task group: boom; crash")
		require.Equal(t, []error{errBoom}, groupErrors(t, groupErrors(t, err)[0]))
	})
}

func TestTaskGroupFailureOfTheOuterGoesThroughTheInnerBody(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var inner *async.Task[async.Void]
		err := group(ctx, func(ctx context.Context, outer *async.TaskGroup) error {
			outer.Go(sleepThen(ms, errBoom))
			err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				inner = tg.Go(forever)
				return nil
			})
			require.True(t, async.IsCanceled(err))
			require.ErrorIs(t, err, errBoom)
			return err
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
		require.True(t, inner.Canceled())
		require.NoError(t, ctx.Err())
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

func TestTaskGroupSuperviseLeavesTheSiblingsOfAFailureAlone(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		tg := async.TaskGroup{Supervise: true}
		var good *async.Task[int]
		err := tg.Do(ctx, func(ctx context.Context) error {
			tg.Go(sleepThen(ms, errBoom))
			tg.Go(sleepThen(2*ms, errCrash))
			good = async.GoValueIn(&tg, after(3*ms, 1))
			require.NoError(t, async.Sleep(ctx, 4*ms))
			tg.Go(func(context.Context) error { return nil })
			return nil
		})
		require.Equal(t, []error{errBoom, errCrash}, groupErrors(t, err))
		v, err := good.Result()
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

func TestTaskGroupCancel(t *testing.T) {
	t.Run("in its body", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			var ended record
			require.NoError(t, group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(ended.Traced("a"))
				tg.Go(ended.Traced("b"))
				require.NoError(t, async.Yield(ctx))
				tg.Cancel()
				tg.Cancel()
				return ended.Traced("body")(ctx)
			}))
			require.Equal(t, record{"a", "b", "body"}, ended)
			require.NoError(t, ctx.Err())
		})
	})
	t.Run("in a task, while the owner awaits", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			var sibling *async.Task[async.Void]
			require.NoError(t, group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				sibling = tg.Go(forever)
				tg.Go(func(ctx context.Context) error {
					tg.Cancel()
					err := async.Yield(ctx)
					require.True(t, async.IsCanceled(err))
					return err
				})
				return nil
			}))
			require.True(t, sibling.Canceled())
		})
	})
	t.Run("errors are returned all the same", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(stubborn(ms, errCrash))
				require.NoError(t, async.Yield(ctx))
				tg.Cancel()
				_ = forever(ctx)
				return errBoom
			})
			require.Equal(t, []error{errCrash, errBoom}, groupErrors(t, err))
		})
	})
	t.Run("before Do", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			var tg async.TaskGroup
			tg.Cancel()
			require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
				require.Equal(t, async.ErrGroupClosed, tg.Go(never(t)).Err())
				require.Error(t, ctx.Err())
				return async.Sleep(ctx, time.Hour)
			}))
			require.Zero(t, now(ctx))
			require.NoError(t, async.Yield(ctx))
		})
	})
	t.Run("after Do", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			var tg async.TaskGroup
			require.NoError(t, tg.Do(ctx, func(ctx context.Context) error { return nil }))
			tg.Cancel()
			require.NoError(t, async.Yield(ctx))
		})
	})
	t.Run("together with one from outside, which wins", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			var tg async.TaskGroup
			task := async.Go(ctx, func(ctx context.Context) error { return tg.Do(ctx, forever) })
			require.NoError(t, async.Yield(ctx))
			tg.Cancel()
			task.CancelCause(errBoom)
			require.ErrorIs(t, task.Wait(ctx), errBoom)
		})
	})
}

func TestTaskGroupCancelByAnEagerTaskBeforeItSuspendsDoesNotHang(t *testing.T) {
	for name, start := range map[string]func(tg *async.TaskGroup, ctx context.Context, fn func(ctx context.Context) error){
		"as a task of the group": func(tg *async.TaskGroup, _ context.Context, fn func(ctx context.Context) error) { tg.Go(fn) },
		"as an eager task beside it": func(_ *async.TaskGroup, ctx context.Context, fn func(ctx context.Context) error) {
			async.GoEager(ctx, fn)
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
				var tg async.TaskGroup
				var sibling, later *async.Task[async.Void]
				require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
					sibling = tg.Go(forever)
					start(&tg, ctx, func(ctx context.Context) error {
						tg.Cancel()
						if name == "as a task of the group" {
							return forever(ctx)
						}
						return nil
					})
					later = tg.Go(never(t))
					return nil
				}))
				require.True(t, sibling.Canceled())
				require.Equal(t, async.ErrGroupClosed, later.Err())
			}))
		})
	}
}

func TestTaskGroupFailureOfAnEagerTaskBeforeItSuspendsCancelsTheSiblings(t *testing.T) {
	require.Empty(t, virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
		var sibling *async.Task[async.Void]
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			sibling = tg.Go(forever)
			tg.Go(func(context.Context) error { return errBoom })
			return nil
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
		require.True(t, sibling.Canceled())
	}))
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

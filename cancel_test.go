package async_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// The numbers are those of the rules of cancellation in docs/design.md.

// selfCancel cancels the task of ctx.
func selfCancel(ctx context.Context) { async.CurrentTask(ctx).CancelCause(errBoom) }

func TestTaskCancelIsForwardedToWhatTheTaskAwaits(t *testing.T) { // 1
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		inner := async.Go(ctx, f.Wait)
		outer := async.Go(ctx, inner.Wait)
		_ = async.Yield(ctx)
		require.True(t, outer.CancelCause(errBoom))
		require.True(t, f.Canceled(), "at once, through the chain")
		require.False(t, outer.Done())
		require.ErrorIs(t, outer.Wait(ctx), errBoom)
		require.True(t, inner.Canceled())
		require.True(t, outer.Canceled())
		require.Equal(t, 1, inner.Any().Canceling())
	})
}

func TestTaskCancelUndeliveredIsForwardedByTheNextAwait(t *testing.T) { // 1
	virtually(t, func(ctx context.Context) {
		inner := async.Go(ctx, func(ctx context.Context) error {
			err := forever(ctx)
			_ = async.Sleep(async.Uncancel(ctx), time.Second)
			return err
		})
		_ = async.Yield(ctx)
		outer := async.Go(ctx, func(ctx context.Context) error {
			selfCancel(ctx)
			err := inner.Wait(ctx)
			require.True(t, inner.Done(), "it waited for the end")
			return err
		})
		require.ErrorIs(t, outer.Wait(ctx), errBoom)
		require.True(t, inner.Canceled())
		require.Equal(t, time.Second, now(ctx))
	})
}

func TestTaskCancelUndeliveredPassesByWhatIsDone(t *testing.T) { // 1, and law 3
	virtually(t, func(ctx context.Context) {
		done := async.NewFuture[int](ctx)
		_ = done.SetResult(1)
		task := async.Go(ctx, func(ctx context.Context) error {
			selfCancel(ctx)
			require.NoError(t, done.Wait(ctx), "what is done is no cancel point")
			err := async.Yield(ctx)
			require.ErrorIs(t, err, errBoom)
			return err
		})
		_ = task.Wait(ctx)
		require.True(t, task.Canceled())
	})
}

func TestTaskCancelUndeliveredAtAReturnEndsTheTaskCanceled(t *testing.T) { // 2
	virtually(t, func(ctx context.Context) {
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			selfCancel(ctx)
			return 1, nil
		})
		v, err := task.Await(ctx)
		require.Zero(t, v, "the value is dropped")
		require.ErrorIs(t, err, errBoom)
		require.True(t, task.Canceled())
	})
}

func TestTaskCancelUndeliveredAtAFailureLeavesTheTaskFailed(t *testing.T) { // 2
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			return errBoom
		})
		require.Same(t, errBoom, task.Wait(ctx))
		require.False(t, task.Canceled())
	})
}

func TestTaskCancelThatWasDeliveredLeavesAReturnedValue(t *testing.T) { // 2
	virtually(t, func(ctx context.Context) {
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			return 1, errors.Join() // nil, though the await failed
		})
		swallows := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			_ = forever(ctx)
			return 1, nil
		})
		_ = async.Yield(ctx)
		swallows.Cancel()
		v, err := swallows.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, v)
		require.NoError(t, task.Wait(ctx))
	})
}

func TestTaskCancelBeforeTheFirstStepKeepsTheTaskFromRunning(t *testing.T) { // 2
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, never(t))
		require.True(t, task.CancelCause(errBoom))
		require.False(t, task.Done(), "it ends in its turn")
		require.ErrorIs(t, task.Wait(ctx), errBoom)
		require.True(t, task.Canceled())
		require.False(t, task.Cancel())
	})
}

func TestTaskCancelAsksAnewEachTime(t *testing.T) { // 3
	var r record
	virtually(t, func(ctx context.Context) {
		inner := async.Go(ctx, func(ctx context.Context) error {
			for i := range 3 {
				r.Add("inner %d: %v", i, forever(ctx))
				ctx = async.Uncancel(ctx)
			}
			return nil
		})
		outer := async.Go(ctx, inner.Wait)
		for i := range 3 {
			_ = async.Yield(ctx)
			_ = async.Yield(ctx)
			outer.CancelCause(fmt.Errorf("reason %d", i))
			require.Equal(t, i+1, outer.Canceling())
		}
		require.NoError(t, outer.Wait(ctx), "the task that it awaited swallowed all of them")
	})
	require.Equal(t, record{"inner 0: async: canceled: reason 0", "inner 1: async: canceled: reason 1", "inner 2: async: canceled: reason 2"}, r)
}

func TestTaskCancelSeveralTimesBeforeATurnIsDeliveredAsOne(t *testing.T) { // 3
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			require.True(t, async.IsCanceled(forever(ctx)))
			ctx = async.Uncancel(ctx)
			return async.Sleep(ctx, time.Second)
		})
		_ = async.Yield(ctx)
		for range 3 {
			require.True(t, task.Cancel())
		}
		require.Equal(t, 3, task.Canceling())
		require.NoError(t, task.Wait(ctx))
		require.Zero(t, task.Canceling())
	})
}

func TestTaskCancelBeatsAResultThatIsQueued(t *testing.T) { // 4
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.GoValue(ctx, f.Await)
		_ = async.Yield(ctx)
		_ = f.SetResult(1)
		task.CancelCause(errBoom)
		v, err := task.Await(ctx)
		require.ErrorIs(t, err, errBoom)
		require.Zero(t, v)
		require.False(t, f.Canceled())
	})
}

func TestTaskCancelBeatsAnErrorThatIsQueued(t *testing.T) { // 4
	told, err := listening(func(ctx context.Context) error {
		f := async.NewFuture[int](ctx)
		task := async.GoValue(ctx, f.Await)
		_ = async.Yield(ctx)
		_ = f.SetError(errors.New("lost"))
		task.CancelCause(errBoom)
		require.ErrorIs(t, task.Wait(ctx), errBoom)
		return nil
	})
	require.NoError(t, err)
	require.Len(t, told, 1, "nobody was told of the error")
}

func TestTaskCancelBeatsATimerThatIsDue(t *testing.T) { // 4
	virtually(t, func(ctx context.Context) {
		var task *async.Task[async.Void]
		async.RunningLoop(ctx).CallLater(time.Second, func() { task.Cancel() })
		task = async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Second) })
		require.True(t, async.IsCanceled(task.Wait(ctx)))
	})
}

func TestTaskCancelBeatsAHandover(t *testing.T) { // 4
	virtually(t, func(ctx context.Context) {
		var lock primitives.Lock
		require.NoError(t, lock.Acquire(ctx))
		first := async.Go(ctx, lock.Acquire)
		second := async.Go(ctx, lock.Acquire)
		_ = async.Yield(ctx)
		lock.Release()
		first.Cancel()
		require.True(t, async.IsCanceled(first.Wait(ctx)))
		require.NoError(t, second.Wait(ctx), "what was handed over is passed on")
	})
}

func TestTaskCanceledCountsWrappedErrors(t *testing.T) { // 5
	for name, c := range map[string]struct {
		ask      bool
		err      error
		canceled bool
	}{
		"ours":                                 {err: &async.CanceledError{}, canceled: true},
		"ours, wrapped":                        {err: fmt.Errorf("reading: %w", &async.CanceledError{}), canceled: true},
		"ours, among others":                   {err: errors.Join(errBoom, &async.CanceledError{}), canceled: true},
		"the standard library's":               {err: context.Canceled, canceled: false},
		"the standard library's, when asked":   {ask: true, err: fmt.Errorf("reading: %w", context.Canceled), canceled: true},
		"another, when asked":                  {ask: true, err: errBoom, canceled: false},
		"a timeout, when asked":                {ask: true, err: async.ErrTimeout, canceled: false},
		"a deadline of the standard library's": {ask: true, err: context.DeadlineExceeded, canceled: false},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				task := async.Go(ctx, func(ctx context.Context) error {
					_ = forever(ctx)
					return c.err
				})
				if !c.ask {
					task = async.Go(ctx, func(context.Context) error { return c.err })
				}
				_ = async.Yield(ctx)
				if c.ask {
					task.Cancel()
				}
				require.Equal(t, c.err, task.Wait(ctx))
				require.Equal(t, c.canceled, task.Canceled())
			})
		})
	}
}

func TestTaskWhoseAwaitWasCanceledElsewhereIsCanceledToo(t *testing.T) { // 5
	virtually(t, func(ctx context.Context) {
		inner := async.Go(ctx, forever)
		outer := async.Go(ctx, inner.Wait)
		_ = async.Yield(ctx)
		inner.Cancel()
		require.True(t, async.IsCanceled(outer.Wait(ctx)))
		require.True(t, outer.Canceled())
		require.Zero(t, outer.Canceling(), "nobody asked it")
	})
}

func TestTaskGroupAbortCancelsTheChildrenInOrderThenTheBody(t *testing.T) { // 6
	var tr record
	virtually(t, func(ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(tr.Traced("first"))
			tg.Go(tr.Traced("second"))
			tg.Go(func(ctx context.Context) error {
				_ = async.Sleep(ctx, time.Second)
				return errBoom
			})
			return tr.Traced("body")(ctx)
		})
		require.ErrorIs(t, err, errBoom)
	})
	require.Equal(t, record{"first", "second", "body"}, tr)
}

func TestUncancelGivesAContextThatOnlyLaterRequestsCancel(t *testing.T) { // 7
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			first := forever(ctx)
			require.EqualError(t, first, "async: canceled: one")
			live := async.Uncancel(ctx)
			require.ErrorIs(t, ctx.Err(), context.Canceled, "ctx itself stays done")
			require.NoError(t, live.Err())
			require.NoError(t, context.Cause(live))
			require.NoError(t, async.Sleep(live, time.Second))
			require.EqualError(t, async.Sleep(ctx, time.Second), "async: canceled: one")
			require.NoError(t, async.Sleep(live, time.Second), "a wait on ctx does not count for it")

			second := forever(live)
			require.EqualError(t, second, "async: canceled: two")
			require.ErrorIs(t, live.Err(), context.Canceled)
			require.EqualError(t, context.Cause(live), "two")
			require.EqualError(t, context.Cause(ctx), "one")
			return nil
		})
		_ = async.Yield(ctx)
		task.CancelCause(errors.New("one"))
		require.NoError(t, async.Sleep(ctx, 3*time.Second))
		task.CancelCause(errors.New("two"))
		require.NoError(t, task.Wait(ctx))
	})
}

func TestUncancelDropsWhatIsUndelivered(t *testing.T) { // 7
	virtually(t, func(ctx context.Context) {
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			selfCancel(ctx)
			require.Equal(t, 1, async.CurrentTask(ctx).Canceling())
			live := async.Uncancel(ctx)
			require.Zero(t, async.CurrentTask(ctx).Canceling())
			require.NoError(t, async.Yield(live))
			return 1, nil
		})
		v, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, v)
		require.False(t, task.Canceled())
	})
}

func TestUncancelInAScopeIgnoresTheRequestsOfAllAroundIt(t *testing.T) { // 7
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.Timeout(ctx, time.Hour, func(ctx context.Context) error {
				return async.Timeout(ctx, time.Minute, func(ctx context.Context) error {
					require.True(t, async.IsCanceled(forever(ctx)))
					require.Equal(t, time.Minute, now(ctx), "the inner timeout")
					selfCancel(ctx)
					live := async.Uncancel(ctx)
					require.NoError(t, async.Sleep(live, time.Second))
					err := forever(live)
					require.Equal(t, time.Hour, now(ctx), "the outer timeout, which came later")
					require.True(t, async.IsCanceled(err))
					return nil
				})
			})
		})
		require.NoError(t, task.Wait(ctx))
	})
}

func TestTimeoutTurnsTheCancellationOfWhatItWasForwardedTo(t *testing.T) { // 8
	virtually(t, func(ctx context.Context) {
		inner := async.Go(ctx, forever)
		require.ErrorIs(t, async.Timeout(ctx, time.Second, inner.Wait), async.ErrTimeout)
		require.True(t, inner.Canceled())
		require.NoError(t, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			_ = forever(ctx)
			return nil
		}))
		require.Same(t, errBoom, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			_ = forever(ctx)
			return errBoom
		}))
	})
}

func TestTimeoutUnderACanceledContextDoesNotTurnTheCancellation(t *testing.T) { // 8
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.Timeout(ctx, time.Second, func(ctx context.Context) error {
				err := forever(ctx)
				selfCancel(ctx)
				return err
			})
		})
		err := task.Wait(ctx)
		require.True(t, async.IsCanceled(err))
		require.NotErrorIs(t, err, async.ErrTimeout)
	})
}

func TestTaskGroupThatReturnsErrorsLeavesTheRequestToTheNextAwait(t *testing.T) { // 9
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error {
					_ = forever(ctx)
					return errBoom
				})
				return nil
			})
			require.ErrorIs(t, err, errBoom)
			require.False(t, async.IsCanceled(err))
			inner := async.Go(ctx, forever)
			_ = inner.Wait(ctx)
			require.True(t, inner.Canceled(), "the request is forwarded, as if it had just come")
			return nil
		})
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		task.Cancel()
		require.NoError(t, task.Wait(ctx))
	})
}

func TestConditionWaitPutsThingsInOrderInSpiteOfACancellation(t *testing.T) { // 10
	virtually(t, func(ctx context.Context) {
		var c primitives.Condition
		require.NoError(t, c.Acquire(ctx))
		task := async.Go(ctx, func(ctx context.Context) error {
			require.NoError(t, c.Acquire(ctx))
			defer c.Release()
			err := c.Wait(ctx)
			require.Equal(t, time.Second, now(ctx), "it waited for the lock")
			return err
		})
		_ = async.Yield(ctx)
		c.Release()
		_ = async.Yield(ctx)
		require.NoError(t, c.Acquire(ctx))
		task.Cancel()
		require.NoError(t, async.Sleep(ctx, time.Second))
		c.Release()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
	})
}

func TestTaskGroupExitWaitsForTasksThatTakeTheirTimeToEnd(t *testing.T) { // 10
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error {
					_ = forever(ctx)
					return async.Sleep(async.Uncancel(ctx), time.Second)
				})
				return nil
			})
		})
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		task.Cancel()
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		require.Equal(t, time.Second, now(ctx))
	})
}

func TestContextThatIsCanceledStaysCanceled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		turns := countTurns(ctx)
		f, inner := async.NewFuture[int](ctx), async.Go(ctx, forever)
		task := async.Go(ctx, func(ctx context.Context) error {
			require.ErrorIs(t, forever(ctx), errBoom)
			var lock primitives.Lock
			require.NoError(t, lock.Acquire(ctx), "what need not wait does not look")
			for name, wait := range map[string]func(ctx context.Context) error{
				"a future": f.Wait,
				"a task":   inner.Wait,
				"Sleep":    func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) },
				"Sleep(0)": func(ctx context.Context) error { return async.Sleep(ctx, 0) },
				"Yield":    async.Yield,
				"a lock":   lock.Acquire,
				"Shield": func(ctx context.Context) error {
					_, err := async.Shield(ctx, f)
					return err
				},
				"Wait": func(ctx context.Context) error {
					_, _, err := async.Wait(ctx, async.AllCompleted, f)
					return err
				},
			} {
				require.Equal(t, 1, turns.During(func() { require.ErrorIs(t, wait(ctx), errBoom, name) }), "%s passes the baton once", name)
			}
			require.False(t, f.Done(), "what it would have awaited is left alone")
			require.False(t, inner.Done())
			return nil
		})
		_ = async.Yield(ctx)
		task.CancelCause(errBoom)
		require.NoError(t, task.Wait(ctx))
		require.Zero(t, now(ctx))
		turns.Stop()
	})
}

func TestTaskCancelIgnoredInALoopDoesNotStarveTheOthers(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		ignoring := async.Go(ctx, func(ctx context.Context) error {
			for i := 0; ; i++ {
				if err := forever(ctx); i == 1000 {
					return err
				}
			}
		})
		_ = async.Yield(ctx)
		ignoring.Cancel()
		others := 0
		for !ignoring.Done() {
			others++
			require.NoError(t, async.Yield(ctx))
		}
		require.GreaterOrEqual(t, others, 1000)
	})
}

func TestContextWithoutCancelIsInterruptedByNothing(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.Go(ctx, func(ctx context.Context) error {
			apart := context.WithoutCancel(ctx)
			require.NoError(t, f.Wait(apart))
			require.NoError(t, async.Sleep(apart, time.Second))
			require.NoError(t, async.Yield(apart))
			require.ErrorIs(t, ctx.Err(), context.Canceled)
			require.NoError(t, apart.Err())
			return async.Yield(ctx)
		})
		_ = async.Yield(ctx)
		task.CancelCause(errBoom)
		require.False(t, f.Done(), "nothing is passed on")
		_ = async.Yield(ctx)
		task.Cancel()
		_ = f.SetResult(1)
		require.True(t, async.IsCanceled(task.Wait(ctx)))
	})
}

func TestTaskCancelCauseIsEverywhere(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var derived context.Context
		task := async.Go(ctx, func(ctx context.Context) error {
			withValue := context.WithValue(ctx, ctxKey("k"), 1)
			canceled, cancel := context.WithCancel(withValue)
			defer cancel()
			derived = canceled
			err := forever(canceled)
			var c *async.CanceledError
			require.ErrorAs(t, err, &c)
			require.Same(t, errBoom, c.Cause)
			for _, x := range []context.Context{ctx, withValue, canceled} {
				require.ErrorIs(t, x.Err(), context.Canceled)
				require.Same(t, errBoom, context.Cause(x))
			}
			return err
		})
		_ = async.Yield(ctx)
		task.CancelCause(errBoom)
		require.ErrorIs(t, task.Wait(ctx), errBoom)
		require.Same(t, errBoom, context.Cause(derived))
	})
}

func TestContextIsDoneFromTheRequestOn(t *testing.T) {
	endsStuck(t, func(ctx context.Context) {
		var of context.Context
		task := async.Go(ctx, func(ctx context.Context) error {
			of = ctx
			return forever(context.WithoutCancel(ctx))
		})
		_ = async.Yield(ctx)
		require.NoError(t, of.Err())
		select {
		case <-of.Done():
			t.Error("done before the request")
		default:
		}
		task.Cancel()
		require.ErrorIs(t, of.Err(), context.Canceled)
		require.ErrorIs(t, context.Cause(of), context.Canceled)
		<-of.Done()
	})
}

func TestContextIsDoneWhenItsTaskHasEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var seen, unseen context.Context
		task := async.Go(ctx, func(ctx context.Context) error {
			seen, unseen = context.WithValue(ctx, ctxKey("k"), 1), ctx
			require.NoError(t, seen.Err())
			_ = seen.Done()
			return nil
		})
		require.NoError(t, task.Wait(ctx))
		<-seen.Done()
		<-unseen.Done()
		require.ErrorIs(t, seen.Err(), context.Canceled)
		require.ErrorIs(t, unseen.Err(), context.Canceled)
		require.False(t, task.Canceled())
	})
}

func TestTaskCancelEndsAChainOfTasksFromTheInnermostOut(t *testing.T) {
	var tr record
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, forever)
		for i := range 3 {
			inner := task
			task = async.Go(ctx, func(ctx context.Context) error {
				err := inner.Wait(ctx)
				tr.Add("%d", i)
				return err
			})
		}
		_ = async.Yield(ctx)
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
	})
	require.Equal(t, record{"0", "1", "2"}, tr)
}

func TestTaskCancelDoesNotGoRoundForeverWhereTasksAwaitEachOther(t *testing.T) {
	ended := 0
	_, err := listening(func(ctx context.Context) error {
		var tasks [3]*async.Task[async.Void]
		for i := range tasks {
			tasks[i] = async.Go(ctx, func(ctx context.Context) error {
				defer func() { ended++ }()
				return tasks[(i+1)%len(tasks)].Wait(ctx)
			})
		}
		_ = async.Yield(ctx)
		require.True(t, tasks[1].Cancel())
		return tasks[1].Wait(ctx)
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.Contains(t, err.Error(), "They wait for each other:\n\tTask-3 waits for Task-4")
	require.Equal(t, 3, ended)
}

func TestTaskCancelInACallbackOfTheTaskItself(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var task *async.Task[async.Void]
		f := async.NewFuture[int](ctx)
		f.OnDone(func() { task.Cancel() })
		task = async.Go(ctx, f.Wait)
		_ = async.Yield(ctx)
		_ = f.SetResult(1)
		require.True(t, async.IsCanceled(task.Wait(ctx)), "the callback came first")
	})
}

func TestTaskCancelIgnoredForEverIsReported(t *testing.T) {
	for name, await := range map[string]func(ctx context.Context){
		"Yield":  func(ctx context.Context) { _ = async.Yield(ctx) },
		"Sleep":  func(ctx context.Context) { _ = async.Sleep(ctx, time.Second) },
		"Future": func(ctx context.Context) { _ = async.NewFuture[int](ctx).Wait(ctx) },
	} {
		told, err := listening(func(ctx context.Context) error {
			task := async.Go(async.Named(ctx, "deaf"), func(ctx context.Context) error {
				for range 250_000 {
					await(ctx)
				}
				return nil
			})
			_ = async.Yield(ctx)
			task.Cancel()
			return task.Wait(ctx)
		})
		require.NoError(t, err, name)
		require.Len(t, told, 1, name)
		require.Equal(t, "deaf", told[0].Task)
		require.Equal(t, "a canceled task goes on awaiting: return the error, or go on with Uncancel", told[0].Message)
	}
}

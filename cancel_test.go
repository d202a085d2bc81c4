package async_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestTaskCancelIsForwardedToWhatTheTaskAwaits(t *testing.T) {
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

func TestTaskCancelUndeliveredIsForwardedByTheNextAwait(t *testing.T) {
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

func TestTaskCancelUndeliveredPassesByWhatIsDone(t *testing.T) {
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

func TestTaskCancelUndeliveredAtAReturnEndsTheTaskCanceled(t *testing.T) {
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

func TestTaskCancelUndeliveredAtAFailureLeavesTheTaskFailed(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			return errBoom
		})
		require.Same(t, errBoom, task.Wait(ctx))
		require.False(t, task.Canceled())
	})
}

func TestTaskCancelThatWasDeliveredLeavesAReturnedValue(t *testing.T) {
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

func TestTaskCancelBeforeTheFirstStepKeepsTheTaskFromRunning(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, never(t))
		require.True(t, task.CancelCause(errBoom))
		require.False(t, task.Done(), "it ends in its turn")
		require.ErrorIs(t, task.Wait(ctx), errBoom)
		require.True(t, task.Canceled())
		require.False(t, task.Cancel())
	})
}

func TestTaskCancelAsksAnewEachTime(t *testing.T) {
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

func TestTaskCancelSeveralTimesBeforeATurnIsDeliveredAsOne(t *testing.T) {
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

func TestTaskCancelIgnoredInALoopDoesNotStarveTheOthers(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0") // which tells of such a task
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
	t.Setenv("ASYNC_DEBUG", "0") // which tells earlier
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

package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// sleepers are tasks that take 1, 2, ... seconds; the one of bad fails.
func sleepers(ctx context.Context, n, bad int) (tasks []*async.Task[int]) {
	for i := 1; i <= n; i++ {
		coro := after(time.Duration(i)*time.Second, i)
		if i == bad {
			coro = failing(time.Duration(i)*time.Second, errBoom)
		}
		tasks = append(tasks, async.GoValue(ctx, coro))
	}
	return tasks
}

func TestWaitWaitsForAsManyAsItIsToldTo(t *testing.T) {
	for name, c := range map[string]struct {
		when async.When
		bad  int
		want time.Duration
		done int
	}{
		"all":                          {async.AllCompleted, 2, 4 * time.Second, 4},
		"the first":                    {async.FirstCompleted, 0, time.Second, 1},
		"the first, which failed":      {async.FirstCompleted, 1, time.Second, 1},
		"the first error":              {async.FirstError, 3, 3 * time.Second, 3},
		"the first error, of none":     {async.FirstError, 0, 4 * time.Second, 4},
		"the first error, of the last": {async.FirstError, 4, 4 * time.Second, 4},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				tasks := sleepers(ctx, 4, c.bad)
				done, pending, err := async.Wait(ctx, c.when, tasks...)
				require.NoError(t, err)
				require.Equal(t, c.want, now(ctx))
				require.Equal(t, tasks[:c.done], append([]*async.Task[int]{}, done...), "in the order given")
				require.Equal(t, tasks[c.done:], append([]*async.Task[int]{}, pending...))
				_, _, _ = async.Wait(ctx, async.AllCompleted, tasks...)
				for _, task := range tasks {
					_ = task.Err()
				}
			})
		})
	}
}

func TestWaitDoesNotCountACancellationAsAnError(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		tasks := sleepers(ctx, 3, 0)
		tasks[0].Cancel()
		done, _, err := async.Wait(ctx, async.FirstError, tasks...)
		require.NoError(t, err)
		require.Len(t, done, 3)
		require.Equal(t, 3*time.Second, now(ctx))
	})
}

func TestWaitTakesTwoTurnsAlsoIfAllAreDone(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, async.Yield)
		require.NoError(t, task.Wait(ctx))
		turns := countTurns(ctx)
		require.Equal(t, 2, turns.During(func() { _, _, _ = async.Wait(ctx, async.AllCompleted, task) }))
		require.Zero(t, turns.During(func() { _, _, _ = async.Wait[*async.Task[int]](ctx, async.AllCompleted) }))
		turns.Stop()
	})
}

func TestWaitCountsWhatIsGivenTwiceOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		tasks := sleepers(ctx, 2, 0)
		done, pending, err := async.Wait(ctx, async.AllCompleted, tasks[1], tasks[0], tasks[1])
		require.NoError(t, err)
		require.Equal(t, []*async.Task[int]{tasks[1], tasks[0]}, done)
		require.Empty(t, pending)
	})
}

func TestWaitTakesTasksAndFuturesOfAnyType(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task, f := async.Go(ctx, waiting), async.NewFuture[string](ctx)
		async.RunningLoop(ctx).CallLater(time.Second, func() { _ = f.SetResult("x") })
		done, pending, err := async.Wait[async.Waitable](ctx, async.FirstCompleted, task, f, async.CurrentTask(ctx))
		require.NoError(t, err)
		require.Equal(t, []async.Waitable{f}, done)
		require.Equal(t, []async.Waitable{task, async.CurrentTask(ctx)}, pending)
	})
}

func TestWaitTimeoutTellsWhatIsPending(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		tasks := sleepers(ctx, 4, 0)
		done, pending, err := async.WaitTimeout(ctx, async.AllCompleted, 2500*time.Millisecond, tasks...)
		require.NoError(t, err)
		require.Equal(t, tasks[:2], done)
		require.Equal(t, tasks[2:], pending)
		require.Equal(t, 2500*time.Millisecond, now(ctx))
		done, pending, err = async.WaitTimeout(ctx, async.AllCompleted, 0, tasks...)
		require.NoError(t, err)
		require.Len(t, done, 2)
		require.Len(t, pending, 2)
		require.Equal(t, 2500*time.Millisecond, now(ctx))
		done, _, err = async.WaitTimeout(ctx, async.AllCompleted, time.Hour, tasks...)
		require.NoError(t, err)
		require.Len(t, done, 4)
		require.Equal(t, 4*time.Second, now(ctx))
	})
	// the loop ends without waiting for the timer of the last
}

func TestWaitThatIsCanceledLeavesWhatItWaitedForAlone(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		tasks := sleepers(ctx, 2, 0)
		waiter := async.Go(ctx, func(ctx context.Context) error {
			done, pending, err := async.Wait(ctx, async.AllCompleted, tasks...)
			require.Empty(t, done)
			require.Empty(t, pending)
			return err
		})
		require.NoError(t, async.Sleep(ctx, time.Second/2))
		waiter.CancelCause(errBoom)
		require.ErrorIs(t, waiter.Wait(ctx), errBoom)
		_, _, err := async.Wait(ctx, async.AllCompleted, tasks...)
		require.NoError(t, err)
		require.Zero(t, tasks[0].Canceling()+tasks[1].Canceling())
	})
}

func TestWaitCountsWhatEndsBeforeTheWaiterGoesOnAsDone(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		a.OnDone(func() { _ = b.SetResult(2) })
		async.RunningLoop(ctx).CallSoon(func() { _ = a.SetResult(1) })
		done, pending, err := async.Wait(ctx, async.FirstCompleted, a, b)
		require.NoError(t, err)
		require.Equal(t, []*async.Future[int]{a, b}, done)
		require.Empty(t, pending)
	})
}

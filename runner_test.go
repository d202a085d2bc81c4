package async_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestRunnerRunsAgainAndAgainOnOneLoop(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	var loop *async.Loop
	for i := range 3 {
		v, err := async.RunValueIn(r, context.Background(), func(ctx context.Context) (int, error) {
			if loop == nil {
				loop = async.RunningLoop(ctx)
			}
			require.Same(t, loop, async.RunningLoop(ctx))
			require.Equal(t, time.Duration(i)*time.Second, now(ctx))
			return i, async.Sleep(ctx, time.Second)
		})
		require.NoError(t, err)
		require.Equal(t, i, v)
	}
	require.NoError(t, r.Close())
}

func TestRunnerTasksThatMainLeavesGoOnInTheNextRun(t *testing.T) {
	var tr record
	r := &async.Runner{Clock: asynctest.NewClock()}
	var task *async.Task[async.Void]
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		task = async.Go(ctx, func(ctx context.Context) error {
			for i := range 4 {
				tr.Add("step %d", i)
				_ = async.Yield(ctx)
			}
			tr.Add("sleeps: %v", async.Sleep(ctx, time.Second))
			return nil
		})
		tr.Add("main ends")
		return nil
	}))
	require.Equal(t, record{"main ends", "step 0"}, tr, "Run returns after one more iteration")
	require.False(t, task.Done())
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		require.Equal(t, []async.AnyTask{task.Any(), async.CurrentTask(ctx)}, async.AllTasks(ctx))
		tr.Add("second main")
		return async.Sleep(ctx, 2*time.Second)
	}))
	require.True(t, task.Done())
	require.Equal(t, record{"main ends", "step 0", "step 1", "second main", "step 2", "step 3", "sleeps: <nil>"}, tr)
	require.NoError(t, r.Close())
}

func TestRunnerCloseCancelsWhatIsLeft(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	var task *async.Task[async.Void]
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		task = async.Go(ctx, forever)
		return async.Yield(ctx)
	}))
	require.False(t, task.Done())
	require.NoError(t, r.Close())
	require.True(t, task.Canceled())
	require.NoError(t, r.Close(), "again")
}

func TestRunnerCloseOfOneThatNeverRan(t *testing.T) {
	require.NoError(t, new(async.Runner).Close())
	r := &async.Runner{Clock: asynctest.NewClock()}
	l := r.Loop()
	task := async.Go(l.Context(), never(t))
	require.NoError(t, r.Close())
	require.True(t, task.Canceled())
	const mend = "async: the loop is closed: start tasks and callbacks while Run, or the Runner, is open"
	require.PanicsWithValue(t, mend, func() { async.Go(l.Context(), never(t)) })
	require.PanicsWithValue(t, mend, func() { l.CallSoon(func() {}) })
	require.PanicsWithValue(t, mend, func() { l.CallLater(1, func() {}) })
}

func TestRunnerRunsAfterAnErrorADeadlockAndAPanic(t *testing.T) {
	var told events
	r := &async.Runner{Clock: asynctest.NewClock(), OnError: told.Add}
	run := func(main func(ctx context.Context) error) error { return r.Run(context.Background(), main) }
	require.Same(t, errBoom, run(func(context.Context) error { return errBoom }))
	require.ErrorIs(t, run(forever), async.ErrDeadlock)
	require.Equal(t, "exploded", panicked(t, func() { _ = run(bang) }).Value)
	require.NoError(t, run(func(ctx context.Context) error {
		for range 10 {
			require.NoError(t, async.Yield(ctx))
		}
		require.Len(t, async.AllTasks(ctx), 1)
		return nil
	}), "what was left of the others does not end it early")
	require.NoError(t, r.Close())
	require.Len(t, told, 1)
}

func TestRunnerRunsAfterADeadlockOfTasksThatIgnoredTheirEnd(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	var left *async.Future[int]
	for range 3 {
		require.ErrorIs(t, r.Run(context.Background(), func(ctx context.Context) error {
			ctx = context.WithoutCancel(ctx)
			left = async.NewFuture[int](ctx)
			task := async.Go(ctx, func(ctx context.Context) error { return left.Wait(context.WithoutCancel(ctx)) })
			async.Go(ctx, func(ctx context.Context) error { return task.Wait(context.WithoutCancel(ctx)) })
			return task.Wait(ctx)
		}), async.ErrDeadlock)
		require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
			require.Len(t, async.AllTasks(ctx), 1)
			require.NoError(t, left.SetResult(1), "nobody waits for it any more")
			for range 3 {
				require.NoError(t, async.Yield(ctx))
			}
			return async.Go(ctx, async.Yield).Wait(ctx)
		}))
	}
	require.NoError(t, r.Close())
}

func TestRunnerContextOfARunDoesNotOutliveIt(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	outside, cancel := context.WithCancel(context.Background())
	require.NoError(t, r.Run(outside, async.Yield))
	cancel()
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error { return async.Sleep(ctx, time.Second) }))
	require.True(t, async.IsCanceled(r.Run(outside, never(t))))
	require.NoError(t, r.Close())
}

func TestRunnerMainHasTheValuesOfItsOwnRun(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	for i := range 3 {
		outside := context.WithValue(context.Background(), ctxKey("run"), i)
		require.NoError(t, r.Run(outside, func(ctx context.Context) error {
			require.Equal(t, i, ctx.Value(ctxKey("run")))
			return nil
		}))
	}
	require.NoError(t, r.Close())
}

func TestRunnerEagerMakesGoRunTasksAtOnce(t *testing.T) {
	var tr record
	r := &async.Runner{Clock: asynctest.NewClock(), Eager: true}
	first := async.Go(r.Loop().Context(), func(context.Context) error { tr.Add("not before the loop runs"); return nil })
	require.Empty(t, tr)
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		task := async.GoValue(ctx, func(context.Context) (int, error) { tr.Add("task"); return 1, nil })
		require.True(t, task.Done())
		require.True(t, first.Done())
		tr.Add("main")
		async.RunningLoop(ctx).CallSoon(func() {
			async.Go(async.RunningLoop(ctx).Context(), func(context.Context) error { tr.Add("of a callback"); return nil })
			tr.Add("callback")
		})
		return async.Yield(ctx)
	}))
	require.NoError(t, r.Close())
	require.Equal(t, record{"not before the loop runs", "task", "main", "of a callback", "callback"}, tr)
}

func TestRunnerStartRunsUntilClose(t *testing.T) {
	r := new(async.Runner)
	p := r.Start(context.WithValue(context.Background(), ctxKey("k"), 1))
	left := async.Submit(p, func(ctx context.Context) (int, error) { return 0, forever(ctx) })
	v, err := async.Submit(p, func(ctx context.Context) (int, error) {
		return ctx.Value(ctxKey("k")).(int) + 1, async.Sleep(ctx, time.Millisecond)
	}).Wait(context.Background())
	require.NoError(t, err)
	require.Equal(t, 2, v)
	require.NoError(t, r.Close())
	require.NoError(t, r.Close())
	_, err = left.Wait(context.Background())
	require.True(t, async.IsCanceled(err))
	_, err = async.Submit(p, neverValue(t)).Wait(context.Background())
	require.ErrorIs(t, err, async.ErrClosed)
	require.ErrorIs(t, soon(p, func() {}), async.ErrClosed)
}

func TestRunnerStartEndsWhenItsPortalIsClosedAndNothingIsLeft(t *testing.T) {
	r := new(async.Runner)
	p := r.Start(context.Background())
	_, err := async.Submit(p, func(ctx context.Context) (int, error) { return 0, async.Yield(ctx) }).Wait(context.Background())
	require.NoError(t, err)
	require.NoError(t, p.Close())
	require.ErrorIs(t, p.Close(), async.ErrClosed)
	require.NoError(t, r.Close())
}

func TestRunnerReturnsTheErrorsOfMainAsTheyAre(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	for _, err := range []error{nil, errBoom, errors.Join(errBoom, errCrash), &async.CanceledError{Cause: errBoom}, context.Canceled} {
		require.Equal(t, err, r.Run(context.Background(), func(context.Context) error { return err }))
	}
	require.NoError(t, r.Close())
}

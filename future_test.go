package async_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestFutureIsPendingUntilItIsSet(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.False(t, f.Done())
		require.False(t, f.Canceled())
		require.ErrorIs(t, f.Err(), async.ErrInvalidState)
		_, err := f.Result()
		require.ErrorIs(t, err, async.ErrInvalidState)

		require.NoError(t, f.SetResult(42))
		require.True(t, f.Done())
		require.NoError(t, f.Err())
		v, err := f.Result()
		require.NoError(t, err)
		require.Equal(t, 42, v)
	})
}

func TestFutureIsSetOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.NoError(t, f.SetResult(1))
		require.ErrorIs(t, f.SetResult(2), async.ErrInvalidState)
		require.ErrorIs(t, f.SetError(errBoom), async.ErrInvalidState)
		require.False(t, f.Cancel())
		v, err := f.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

func TestFutureErrorIsGivenAsOftenAsAsked(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.NoError(t, f.SetError(errBoom))
		for range 2 {
			v, err := f.Await(ctx)
			require.Same(t, errBoom, err)
			require.Zero(t, v)
			require.Same(t, errBoom, f.Err())
		}
		require.False(t, f.Canceled())
	})
}

func TestFutureSetErrorWithACancellationCancelsIt(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		err := fmt.Errorf("closing: %w", &async.CanceledError{Cause: errBoom})
		require.NoError(t, f.SetError(err))
		require.True(t, f.Canceled())
		require.Same(t, err, f.Wait(ctx))
	})
}

func TestFutureThatIsCanceledGivesItsCause(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.True(t, f.CancelCause(errBoom))
		require.True(t, f.Done())
		require.True(t, f.Canceled())
		require.Equal(t, &async.CanceledError{Cause: errBoom}, f.Wait(ctx))
		require.ErrorIs(t, f.Err(), errBoom)
		require.EqualError(t, f.Err(), "async: canceled: boom")
	})
}

func TestFutureAwaitOfWhatIsDoneDoesNotSuspend(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.NoError(t, f.SetResult(1))
		task := async.Go(ctx, async.Yield)
		require.NoError(t, task.Wait(ctx))
		ran := false
		async.RunningLoop(ctx).CallSoon(func() { ran = true })
		require.NoError(t, f.Wait(ctx))
		require.NoError(t, task.Wait(ctx))
		require.False(t, ran)
	})
}

func TestFutureSetResultWakesAwaitersAndCallbacksInTheirTurns(t *testing.T) {
	var r record
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		for i := range 3 {
			async.Go(ctx, func(ctx context.Context) error {
				f.OnDone(func() { r.Add("callback %d", i) })
				v, err := f.Await(ctx)
				r.Add("awaiter %d: %d", i, v)
				return err
			})
		}
		_ = async.Yield(ctx)
		async.RunningLoop(ctx).CallSoon(func() { r.Add("before") })
		_ = f.SetResult(7)
		async.RunningLoop(ctx).CallSoon(func() { r.Add("after") })
		r.Add("set")
		_ = async.Yield(ctx)
	})
	require.Equal(t, record{
		"set", "before",
		"callback 0", "awaiter 0: 7", "callback 1", "awaiter 1: 7", "callback 2", "awaiter 2: 7",
		"after",
	}, r)
}

func TestFutureOnDoneOfWhatIsDoneCallsWithTheNextIteration(t *testing.T) {
	called := false
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		_ = f.SetResult(1)
		f.OnDone(func() { called = true })
		require.False(t, called)
		_ = async.Yield(ctx)
		require.True(t, called)
	})
}

func TestFutureOnDoneRemovedIsNotCalled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var calls record
		f := async.NewFuture[int](ctx)
		remove := f.OnDone(func() { calls.Add("first") })
		f.OnDone(func() { calls.Add("second") })
		last := f.OnDone(func() { calls.Add("third") })
		require.True(t, remove())
		require.False(t, remove())
		_ = f.SetResult(1)
		require.False(t, last(), "it has its turn, as with asyncio")
		_ = async.Yield(ctx)
		require.Equal(t, record{"second", "third"}, calls)
		require.False(t, last())
	})
}

func TestFutureOnDoneMayBeCalledInACallback(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var calls record
		f := async.NewFuture[int](ctx)
		f.OnDone(func() {
			calls.Add("outer")
			f.OnDone(func() { calls.Add("inner") })
		})
		_ = f.SetResult(1)
		_ = async.Yield(ctx)
		require.Equal(t, record{"outer"}, calls)
		_ = async.Yield(ctx)
		require.Equal(t, record{"outer", "inner"}, calls)
	})
}

func TestFutureStringTellsHowFarItHasCome(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[string](ctx)
		require.Equal(t, "<Future pending>", f.String())
		_ = f.SetResult("x")
		require.Equal(t, `<Future finished result="x">`, f.String())
		failed := async.NewFuture[int](ctx)
		_ = failed.SetError(errBoom)
		require.Equal(t, "<Future finished error=boom>", failed.String())
		_ = failed.Err()
		require.Equal(t, "<Future finished error=boom>", failed.String())
		canceled := async.NewFuture[int](ctx)
		canceled.Cancel()
		require.Equal(t, "<Future canceled>", canceled.String())
		void := async.NewFuture[async.Void](ctx)
		_ = void.SetResult(async.Void{})
		require.Equal(t, "<Future finished>", void.String())
	})
}

func TestFutureSetErrorWithoutAnErrorPanics(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		require.PanicsWithValue(t, "async: SetError without an error: use SetResult", func() {
			_ = async.NewFuture[int](ctx).SetError(nil)
		})
	})
}

func TestFutureMayBeSetFromATimerAndAwaitedBySeveral(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		async.RunningLoop(ctx).CallLater(time.Second, func() { _ = f.SetResult(3) })
		values, err := async.Gather(ctx, async.GoValue(ctx, f.Await), async.GoValue(ctx, f.Await))
		require.NoError(t, err)
		require.Equal(t, []int{3, 3}, values)
		require.Equal(t, time.Second, async.RunningLoop(ctx).Time())
	})
}

func TestFutureCancelAfterAFailureRetrievesTheError(t *testing.T) {
	told, err := listening(func(ctx context.Context) error {
		task, f := async.Go(ctx, errorN(1)), async.NewFuture[int](ctx)
		_ = f.SetError(errBoom)
		_ = async.Yield(ctx)
		require.False(t, task.Cancel())
		require.False(t, f.Cancel())
		require.EqualError(t, task.Err(), "error 1")
		require.Same(t, errBoom, f.Err())
		return nil
	})
	require.NoError(t, err)
	require.Empty(t, told)
}

func TestTaskCancelAfterAPanicDoesNotHideIt(t *testing.T) {
	var told events
	r := &async.Runner{Clock: asynctest.NewClock(), OnError: told.Add}
	defer func() {
		require.NotNil(t, recover(), "nobody awaited it")
		require.Len(t, told, 1)
	}()
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		task := async.Go(ctx, func(context.Context) error { panic("ouch") })
		_ = async.Yield(ctx)
		require.False(t, task.Cancel())
		return nil
	}))
	_ = r.Close()
}

func TestFutureAndTaskZeroValuesPanicWithTheFix(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f, task := new(async.Future[int]), new(async.Task[int])
		for name, use := range map[string]func(){
			"Await":          func() { _, _ = f.Await(ctx) },
			"Wait":           func() { _ = f.Wait(ctx) },
			"SetResult":      func() { _ = f.SetResult(1) },
			"SetError":       func() { _ = f.SetError(errBoom) },
			"Cancel":         func() { f.Cancel() },
			"OnDone":         func() { f.OnDone(func() {}) },
			"String":         func() { _ = f.String() },
			"function Wait":  func() { _, _, _ = async.Wait(ctx, async.AllCompleted, f) },
			"Gather":         func() { _, _ = async.Gather(ctx, f) },
			"Task.Await":     func() { _, _ = task.Await(ctx) },
			"Task.Cancel":    func() { task.Cancel() },
			"Task.OnDone":    func() { task.OnDone(func() {}) },
			"Task.String":    func() { _ = task.String() },
			"AnyTask.String": func() { _ = task.Any().String() },
		} {
			require.PanicsWithValue(t, "async: a zero Future or Task was used: make a future with NewFuture and a task with Go", use, name)
		}
		require.False(t, f.Done() || f.Canceled() || task.Done() || task.Canceled())
	})
}

func TestFutureSetByAStrangeGoroutineStillWakesAnIdleLoop(t *testing.T) {
	if os.Getenv("ASYNC_DEBUG") != "" {
		t.Skip("in debug mode the strange goroutine panics")
	}
	for name, set := range map[string]func(f *async.Future[int]){
		"SetResult": func(f *async.Future[int]) { _ = f.SetResult(1) },
		"SetError":  func(f *async.Future[int]) { _ = f.SetError(errBoom) },
		"Cancel":    func(f *async.Future[int]) { f.Cancel() },
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context()) // so that the loop is not deadlocked
			defer cancel()
			require.NoError(t, async.Run(ctx, func(ctx context.Context) error {
				f := async.NewFuture[int](ctx)
				go func() {
					synctest.Wait() // until the loop is idle
					set(f)
				}()
				_ = f.Wait(ctx)
				return nil
			}), name)
		})
	}
}

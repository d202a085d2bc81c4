package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestLoopCallSoonCallsInOrderWithTheNextIteration(t *testing.T) {
	var r record
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		l.CallSoon(func() {
			r.Add("first")
			l.CallSoon(func() { r.Add("of the first") })
		})
		l.CallLater(0, func() { r.Add("timer") })
		l.CallSoon(func() { r.Add("second") })
		r.Add("main")
		_ = async.Yield(ctx)
		r.Add("main again")
		_ = async.Yield(ctx)
	})
	require.Equal(t, record{"main", "first", "second", "main again", "timer", "of the first"}, r)
}

func TestLoopCallAtOneTimeCallsInTheOrderTheyWereMade(t *testing.T) {
	var r record
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		at := l.Now().Add(2 * time.Second)
		l.CallLater(3*time.Second, func() { r.Add("later") })
		for i := range 5 {
			if i%2 == 0 {
				l.CallAt(at, func() { r.Add("%d", i) })
			} else {
				l.CallLater(2*time.Second, func() { r.Add("%d", i) })
			}
		}
		l.CallLater(time.Second, func() { r.Add("earlier at %v", l.Time()) })
		require.NoError(t, async.Sleep(ctx, 3*time.Second))
	})
	require.Equal(t, record{"earlier at 1s", "0", "1", "2", "3", "4", "later"}, r)
}

func TestLoopCallAtAPastTimeIsDueWithTheNextIteration(t *testing.T) {
	var r record
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		require.NoError(t, async.Sleep(ctx, time.Hour))
		l.CallAt(l.Now().Add(-time.Minute), func() { r.Add("past") })
		l.CallLater(-time.Hour, func() { r.Add("further past") })
		require.NoError(t, async.Yield(ctx))
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, time.Hour, l.Time())
	})
	require.Equal(t, record{"further past", "past"}, r)
}

func TestHandleThatIsCanceledIsNotCalled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		soon := l.CallSoon(func() { t.Error("it was called") })
		later := l.CallLater(time.Second, func() { t.Error("it was called") })
		require.False(t, soon.Canceled())
		soon.Cancel()
		later.Cancel()
		later.Cancel()
		require.True(t, soon.Canceled())
		require.True(t, later.Canceled())

		called := l.CallSoon(func() {})
		require.NoError(t, async.Sleep(ctx, time.Hour))
		called.Cancel() // too late, and no harm
	})
}

func TestHandleWhenTellsItsTime(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		require.True(t, l.CallSoon(func() {}).When().IsZero())
		require.Equal(t, l.Now(), l.CallLater(0, func() {}).When(), "also at the clock's zero")
		require.Equal(t, l.Now().Add(time.Second), l.CallLater(time.Second, func() {}).When())
		at := l.Now().Add(time.Minute)
		require.Equal(t, at, l.CallAt(at, func() {}).When())
	})
}

func TestLoopVirtualTimeBeginsIn2000AndStandsStillWhileAnythingRuns(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		zero := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		require.Equal(t, zero, l.Now())
		for range 100 {
			_ = async.Yield(ctx)
		}
		require.Zero(t, l.Time())
		_ = async.Sleep(ctx, 36*time.Hour)
		require.Equal(t, zero.Add(36*time.Hour), l.Now())
		require.Equal(t, 36*time.Hour, l.Time())
	})
}

func TestLoopIsTheSameForAllItsTasks(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		require.Same(t, l, async.RunningLoop(context.WithValue(ctx, ctxKey("k"), 1)))
		require.Same(t, l, async.RunningLoop(l.Context()))
		_ = async.Go(ctx, func(ctx context.Context) error {
			require.Same(t, l, async.RunningLoop(ctx))
			return nil
		}).Wait(ctx)
	})
}

func TestLoopContextStartsTasksFromCallbacks(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		require.NoError(t, l.Context().Err())
		require.Nil(t, l.Context().Done())
		_, ok := l.Context().Deadline()
		require.False(t, ok)
		var task *async.Task[int]
		l.CallSoon(func() { task = async.GoValue(l.Context(), after(time.Second, 1)) })
		_ = async.Yield(ctx)
		v, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

func TestLoopCallSoonBeforeTheLoopRuns(t *testing.T) {
	var tr record
	r := &async.Runner{Clock: asynctest.NewClock()}
	l := r.Loop()
	require.Same(t, l, r.Loop())
	l.CallSoon(func() { tr.Add("soon") })
	l.CallLater(time.Second, func() { tr.Add("later") })
	async.Go(l.Context(), func(context.Context) error { tr.Add("task"); return nil })
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		tr.Add("main")
		return async.Sleep(ctx, time.Minute)
	}))
	require.NoError(t, r.Close())
	require.Equal(t, record{"soon", "task", "main", "later"}, tr)
}

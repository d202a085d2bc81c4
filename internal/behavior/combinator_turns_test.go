package behavior_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

// The hops of asyncio's shield and wait: the number of iterations between a
// cause and its effect.

func TestShieldTurns(t *testing.T) {
	for name, c := range map[string]struct {
		cause func(f *async.Future[int], task *async.Task[int])
		turns int
	}{
		"a value":         {func(f *async.Future[int], _ *async.Task[int]) { _ = f.SetResult(1) }, 2},
		"an error":        {func(f *async.Future[int], _ *async.Task[int]) { _ = f.SetError(testkit.ErrBoom) }, 2},
		"a canceled one":  {func(f *async.Future[int], _ *async.Task[int]) { f.Cancel() }, 2},
		"a canceled wait": {func(_ *async.Future[int], task *async.Task[int]) { task.Cancel() }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Virtually(t, func(ctx context.Context) {
				count := testkit.CountTurns(ctx)
				f, caused := async.NewFuture[int](ctx), 0
				task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
					v, err := async.Shield(ctx, f)
					require.Equal(t, c.turns, count.N-caused)
					return v, err
				})
				count.At(3, func() { c.cause(f, task); caused = count.N })
				_ = task.Wait(ctx)
				require.Equal(t, name != "a canceled wait", f.Done())
				count.Stop()
			})
		})
	}
}

func TestWaitTurns(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		count := testkit.CountTurns(ctx)
		f, g := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		ended := 0
		count.At(3, func() { _ = f.SetResult(1); ended = count.N })
		done, pending, err := async.Wait(ctx, async.FirstCompleted, g, f)
		require.NoError(t, err)
		require.Equal(t, 2, count.N-ended)
		require.Equal(t, []*async.Future[int]{f}, done)
		require.Equal(t, []*async.Future[int]{g}, pending)
		require.Equal(t, 2, count.During(func() { _, _, _ = async.Wait(ctx, async.AllCompleted, f, f) }), "all done before")
		require.Equal(t, 2, count.During(func() {
			done, pending, err := async.WaitTimeout(ctx, async.AllCompleted, 0, f, g)
			require.NoError(t, err)
			require.Equal(t, []*async.Future[int]{f}, done)
			require.Equal(t, []*async.Future[int]{g}, pending)
		}), "no time")
		require.Zero(t, count.During(func() { _, _, _ = async.Wait[async.AnyTask](ctx, async.AllCompleted) }), "nothing")
		count.Stop()
	})
}

func TestWaitCountsWhatEndsBeforeItGoesOnAsDone(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		count := testkit.CountTurns(ctx)
		f, g := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		count.At(1, func() { _ = f.SetResult(1) })
		count.At(2, func() { _ = g.SetResult(1) })
		done, pending, err := async.Wait(ctx, async.FirstCompleted, f, g)
		require.NoError(t, err)
		require.Len(t, done, 2)
		require.Empty(t, pending)
		count.Stop()
	})
}

func TestWaitDoesNotLoseAPanicThatEndsIt(t *testing.T) {
	var r async.Runner
	require.IsType(t, &async.PanicError{}, testkit.PanicOf(func() {
		r.OnError = func(*async.ErrorEvent) {}
		_ = r.Run(t.Context(), func(ctx context.Context) error {
			_, _, err := async.Wait(ctx, async.FirstError, async.Go(ctx, func(context.Context) error { panic("bang") }))
			return err
		})
		_ = r.Close()
	}))
}

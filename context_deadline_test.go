package async_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestWithDeadlineTimesAnAwaitOut(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		start := async.RunningLoop(ctx).Now()
		for i, with := range []func() (context.Context, context.CancelFunc){
			func() (context.Context, context.CancelFunc) { return async.WithTimeout(ctx, ms) },
			func() (context.Context, context.CancelFunc) { return async.WithDeadline(ctx, start.Add(2*ms)) },
			func() (context.Context, context.CancelFunc) { return async.WithTimeout(ctx, -ms) },
			func() (context.Context, context.CancelFunc) { return async.WithDeadline(ctx, start) },
		} {
			limited, cancel := with()
			require.Equal(t, async.ErrTimeout, async.Sleep(limited, time.Hour))
			require.Equal(t, async.ErrTimeout, async.Yield(limited), "it stays done")
			require.Equal(t, context.DeadlineExceeded, limited.Err())
			<-limited.Done()
			require.Equal(t, context.DeadlineExceeded, context.Cause(limited))
			require.Equal(t, time.Duration(min(i+1, 2))*ms, now(ctx))
			cancel()
			require.Equal(t, context.DeadlineExceeded, limited.Err())
			require.NoError(t, ctx.Err())
		}
	})
}

func TestWithDeadlineShowsTheEarliestDeadlineAround(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		start := async.RunningLoop(ctx).Now()
		outer, cancel := async.WithTimeout(ctx, ms)
		defer cancel()
		inner, cancel := async.WithTimeout(outer, time.Hour)
		defer cancel()
		earlier, cancel := async.WithDeadline(inner, start.Add(time.Microsecond))
		defer cancel()
		for _, c := range []struct {
			ctx context.Context
			at  time.Time
		}{{outer, start.Add(ms)}, {inner, start.Add(ms)}, {earlier, start.Add(time.Microsecond)}} {
			at, ok := c.ctx.Deadline()
			require.True(t, ok)
			require.Equal(t, c.at, at)
		}
		require.Equal(t, async.ErrTimeout, forever(inner), "the outer one's")
		require.Equal(t, ms, now(ctx))
	})
}

func TestWithDeadlinePassesTheDeadlineOnToWhatIsAwaited(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		child := async.Go(ctx, forever)
		limited, cancel := async.WithTimeout(ctx, ms)
		defer cancel()
		require.Equal(t, async.ErrTimeout, child.Wait(limited))
		require.True(t, child.Canceled())
	})
}

func TestWithCancelEndsAContextAndItsAwaits(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		for name, with := range map[string]func() (context.Context, func(cause error)){
			"WithCancel": func() (context.Context, func(error)) {
				c, cancel := async.WithCancel(ctx)
				return c, func(error) { cancel() }
			},
			"WithCancelCause": func() (context.Context, func(error)) {
				c, cancel := async.WithCancelCause(ctx)
				return c, cancel
			},
			"WithTimeout": func() (context.Context, func(error)) {
				c, cancel := async.WithTimeout(ctx, time.Hour)
				return c, func(error) { cancel() }
			},
		} {
			derived, cancel := with()
			async.RunningLoop(ctx).CallLater(ms, func() { cancel(errBoom); cancel(errCrash) })
			err := forever(derived)
			require.True(t, async.IsCanceled(err), name)
			require.NotErrorIs(t, err, async.ErrTimeout, name)
			require.Equal(t, name == "WithCancelCause", errors.Is(err, errBoom), name)
			require.Equal(t, name == "WithCancelCause", context.Cause(derived) == errBoom, name)
			require.Equal(t, context.Canceled, derived.Err(), name)
			<-derived.Done()
			require.NoError(t, ctx.Err(), name)
		}
		require.NoError(t, async.Sleep(ctx, ms))
	})
}

func TestWithCancelByTheTaskItselfInterruptsTheNextAwait(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		derived, cancel := async.WithCancelCause(ctx)
		cancel(errBoom)
		require.ErrorIs(t, async.Yield(derived), errBoom)
		require.NoError(t, async.Yield(ctx))
		child := async.Go(ctx, forever)
		other, cancel := async.WithCancelCause(ctx)
		cancel(errBoom)
		require.ErrorIs(t, child.Wait(other), errBoom)
		require.True(t, child.Canceled(), "the request was on its way and is passed on")
	})
}

func TestTaskCancelEndsTheContextsDerivedInTheTask(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			limited, cancel := async.WithTimeout(ctx, time.Hour)
			defer cancel()
			derived, stop := async.WithCancel(limited)
			defer stop()
			err := forever(derived)
			require.Equal(t, context.Canceled, derived.Err())
			require.Equal(t, errBoom, context.Cause(derived))
			return err
		})
		async.RunningLoop(ctx).CallLater(ms, func() { task.CancelCause(errBoom) })
		require.ErrorIs(t, task.Wait(ctx), errBoom)
		require.Equal(t, ms, now(ctx))
	})
}

func TestContextStandardDeadlineIsATimeoutAndNoCancellation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
			var late, sibling *async.Task[async.Void]
			err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				late = tg.Go(func(ctx context.Context) error {
					ctx, cancel := context.WithTimeout(ctx, time.Second)
					defer cancel()
					return forever(ctx)
				})
				sibling = tg.Go(forever)
				return nil
			})
			require.ErrorIs(t, err, async.ErrTimeout)
			require.False(t, late.Canceled())
			require.True(t, sibling.Canceled())
			limited, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			child := async.Go(ctx, forever)
			_, err = async.Gather(limited, child, child)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.False(t, async.IsCanceled(err))
			require.True(t, child.Canceled())
			return nil
		}))
	})
}

func TestContextStandardDeadlineInVirtualTimeNamesTheFix(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		limited, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		require.Contains(t, panicOf(func() { _ = forever(limited) }), "use async.WithTimeout or async.WithDeadline")
	})
}

func TestContextDerivedHasTheValuesAroundIt(t *testing.T) {
	type key struct{}
	virtually(t, func(ctx context.Context) {
		limited, cancel := async.WithTimeout(context.WithValue(ctx, key{}, 1), time.Hour)
		defer cancel()
		require.Equal(t, 1, limited.Value(key{}))
		_ = limited.Done()
		require.Equal(t, 1, limited.Value(key{}))
		require.NoError(t, async.Timeout(limited, time.Hour, func(ctx context.Context) error {
			require.Equal(t, 1, ctx.Value(key{}))
			return async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error {
					require.Equal(t, 1, ctx.Value(key{}))
					_, ok := ctx.Deadline()
					require.False(t, ok, "a task has values only")
					return nil
				})
				return nil
			})
		}))
	})
}

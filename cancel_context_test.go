package async_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

func TestUncancelGivesAContextThatOnlyLaterRequestsCancel(t *testing.T) {
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

func TestUncancelDropsWhatIsUndelivered(t *testing.T) {
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

func TestUncancelInAScopeIgnoresTheRequestsOfAllAroundIt(t *testing.T) {
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

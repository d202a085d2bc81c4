package cpython

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestTimeout_foreign_cancel_doesnt_timeout_if_not_expired(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * time.Second)
		requireCanceled(t, scope.Do(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			return async.Sleep(ctx, 10*time.Second)
		}))
		require.False(t, scope.Expired())
	})
}

func TestTimeout_reschedule(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		begun := async.RunningLoop(ctx).Now()
		entered := async.NewFuture[*async.TimeoutScope](ctx)
		task := async.Go(ctx, func(ctx context.Context) error {
			scope := async.NewTimeoutAt(begun.Add(10 * time.Second))
			return scope.Do(ctx, func(ctx context.Context) error {
				require.NoError(t, entered.SetResult(scope))
				return async.Sleep(ctx, 50*time.Second)
			})
		})
		scope, err := entered.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, begun.Add(10*time.Second), scope.When())
		require.NoError(t, scope.Reschedule(begun.Add(30*time.Second)))
		require.Equal(t, begun.Add(30*time.Second), scope.When())
		require.NoError(t, scope.Reschedule(time.Time{}))
		require.True(t, scope.When().IsZero())
		task.Cancel()
		requireCanceled(t, task.Wait(ctx))
		require.False(t, scope.Expired())
	})
}

func TestTimeout_repr_active(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * time.Second)
		require.NoError(t, scope.Do(ctx, func(context.Context) error {
			require.Equal(t, "<TimeoutScope [active] when=10s>", scope.String())
			return nil
		}))
	})
}

func TestTimeout_repr_expired(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		require.ErrorIs(t, scope.Do(ctx, sleep(10*time.Second)), async.ErrTimeout)
		require.Equal(t, "<TimeoutScope [expired]>", scope.String())
	})
}

func TestTimeout_repr_finished(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * time.Second)
		require.NoError(t, scope.Do(ctx, async.Yield))
		require.Equal(t, "<TimeoutScope [finished]>", scope.String())
	})
}

func TestTimeout_repr_disabled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(async.NoTimeout)
		require.NoError(t, scope.Do(ctx, func(context.Context) error {
			require.Equal(t, "<TimeoutScope [active] when=never>", scope.String())
			return nil
		}))
	})
}

func TestTimeout_timeout_already_entered(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		require.NoError(t, scope.Do(ctx, func(ctx context.Context) error {
			require.Panics(t, func() { _ = scope.Do(ctx, fail(nil)) })
			return nil
		}))
	})
}

func TestTimeout_timeout_double_enter(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		require.NoError(t, scope.Do(ctx, fail(nil)))
		require.Panics(t, func() { _ = scope.Do(ctx, fail(nil)) })
	})
}

func TestTimeout_timeout_finished(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		require.NoError(t, scope.Do(ctx, fail(nil)))
		requireFixed(t, ctx, scope)
	})
}

func TestTimeout_timeout_expired(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		require.ErrorIs(t, scope.Do(ctx, sleep(time.Second)), async.ErrTimeout)
		requireFixed(t, ctx, scope)
	})
}

func TestTimeout_timeout_expiring(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		require.NoError(t, scope.Do(ctx, func(ctx context.Context) error {
			requireCanceled(t, async.Sleep(ctx, time.Second))
			requireFixed(t, ctx, scope)
			return nil
		}))
	})
}

func TestTimeout_timeout_not_entered(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) { requireFixed(t, ctx, async.NewTimeout(10*ms)) })
}

func TestTimeout_timeout_without_task(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		scope := async.NewTimeout(10 * ms)
		noTask := async.RunningLoop(ctx).Context()
		require.Panics(t, func() { _ = scope.Do(noTask, async.Yield) })
		requireFixed(t, ctx, scope)
	})
}

// requireFixed requires a scope to refuse another time.
func requireFixed(t *testing.T, ctx context.Context, scope *async.TimeoutScope) {
	t.Helper()
	require.ErrorIs(t, scope.Reschedule(async.RunningLoop(ctx).Now().Add(20*ms)), async.ErrInvalidState)
}

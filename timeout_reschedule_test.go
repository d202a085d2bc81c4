package async_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestTimeoutReschedule(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		loop := async.RunningLoop(ctx)
		for _, c := range []struct {
			name  string
			to    time.Duration
			takes time.Duration
		}{{"later", 5 * ms, 5 * ms}, {"earlier", 1 * ms, ms}, {"to what is past", -ms, 0}} {
			start := loop.Now()
			scope := async.NewTimeout(2 * ms)
			require.Equal(t, async.ErrInvalidState, scope.Reschedule(start), c.name)
			require.Zero(t, scope.When(), c.name)
			err := scope.Do(ctx, func(ctx context.Context) error {
				require.Equal(t, start.Add(2*ms), scope.When(), c.name)
				require.NoError(t, scope.Reschedule(start.Add(c.to)), c.name)
				require.Equal(t, start.Add(c.to), scope.When(), c.name)
				err := forever(ctx)
				require.Equal(t, async.ErrInvalidState, scope.Reschedule(start.Add(time.Hour)), c.name)
				return err
			})
			require.Equal(t, async.ErrTimeout, err, c.name)
			require.Equal(t, c.takes, loop.Now().Sub(start), c.name)
			require.Equal(t, async.ErrInvalidState, scope.Reschedule(start), c.name)
		}
	})
}

func TestTimeoutRescheduleToNever(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		scope := async.NewTimeout(ms)
		require.NoError(t, scope.Do(ctx, func(ctx context.Context) error {
			require.NoError(t, scope.Reschedule(time.Time{}))
			require.Zero(t, scope.When())
			_, ok := ctx.Deadline()
			require.False(t, ok)
			return async.Sleep(ctx, time.Hour)
		}))
		require.False(t, scope.Expired())
	})
}

func TestTimeoutAtNoTimeExpiresOnceItIsRescheduled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		scope := async.NewTimeoutAt(time.Time{})
		loop := async.RunningLoop(ctx)
		loop.CallLater(time.Hour, func() { _ = scope.Reschedule(loop.Now().Add(ms)) })
		require.Equal(t, async.ErrTimeout, scope.Do(ctx, forever))
		require.Equal(t, time.Hour+ms, now(ctx))
	})
}

func TestTimeoutThatWasDueAndIsRescheduledInTheSameTurnDoesNotExpire(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		loop := async.RunningLoop(ctx)
		scope := async.NewTimeout(ms)
		loop.CallLater(ms, func() { require.NoError(t, scope.Reschedule(loop.Now().Add(ms))) }) // due before
		require.Equal(t, async.ErrTimeout, scope.Do(ctx, forever))
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestTimeoutAtATime(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		at := async.RunningLoop(ctx).Now().Add(3 * ms)
		scope := async.NewTimeoutAt(at)
		require.Equal(t, at, scope.When())
		require.Equal(t, async.ErrTimeout, scope.Do(ctx, forever))
		require.Equal(t, 3*ms, now(ctx))
		require.Equal(t, at, scope.When())
	})
}

func TestTimeoutThatWasDueExpiresInTheTurnOfTheTimeItWasMovedTo(t *testing.T) {
	for name, move := range map[string]func(scope *async.TimeoutScope, now time.Time) error{
		"at once": func(scope *async.TimeoutScope, now time.Time) error { return scope.Reschedule(now) },
		"by way of never": func(scope *async.TimeoutScope, now time.Time) error {
			return errors.Join(scope.Reschedule(time.Time{}), scope.Reschedule(now))
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				loop := async.RunningLoop(ctx)
				scope := async.NewTimeout(0)
				var early, late bool
				require.ErrorIs(t, scope.Do(ctx, func(ctx context.Context) error {
					loop.CallSoon(func() { early = scope.Expired() }) // behind the time that was moved
					require.NoError(t, move(scope, loop.Now()))
					loop.CallSoon(func() { late = scope.Expired() })
					return forever(ctx)
				}), async.ErrTimeout)
				require.False(t, early)
				require.True(t, late)
			})
		})
	}
}

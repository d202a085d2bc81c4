package primitives_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestEventWakesAllInTheOrderOfComing(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var e primitives.Event
		var j journal
		for _, name := range []string{"a", "b", "c"} {
			start(ctx, name, func(ctx context.Context) error {
				defer j.add("%s", name)
				return e.Wait(ctx)
			})
		}
		settle(ctx)
		require.Equal(t, 3, e.Waiting())
		e.Set()
		require.Empty(t, j, "they go on in their turns")
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, journal{"a", "b", "c"}, j)
	})
}

func TestEventThatIsSetDoesNotSuspend(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var e primitives.Event
		e.Set()
		other := false
		start(ctx, "other", func(context.Context) error { other = true; return nil })
		require.NoError(t, e.Wait(ctx))
		require.False(t, other)
	})
}

func TestEventClearTakesNothingBackFromTheWoken(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var e primitives.Event
		waiter := start(ctx, "waiter", e.Wait)
		settle(ctx)
		e.Set()
		e.Clear()
		wait(t, ctx, waiter)
		require.False(t, e.IsSet())
	})
}

func TestEventWaitThatIsCanceledFails(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var e primitives.Event
		waiter := start(ctx, "waiter", e.Wait)
		settle(ctx)
		waiter.Cancel()
		require.ErrorIs(t, waiter.Wait(ctx), context.Canceled)
		require.Zero(t, e.Waiting())
		require.ErrorIs(t, async.Timeout(ctx, tick, e.Wait), async.ErrTimeout)
	})
}

func TestEventTellsItsState(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var e primitives.Event
		start(ctx, "waiter", e.Wait)
		settle(ctx)
		require.Equal(t, "<Event [unset, waiters:1]>", e.String())
		e.Set()
		require.Equal(t, "<Event [set]>", e.String())
	})
	var e primitives.Event
	require.Contains(t, deadlock(t, async.Runner{}, e.Wait), "waits for an Event")
}

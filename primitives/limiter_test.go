package primitives_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestCapacityLimiterLendsATokenToEachBorrower(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := primitives.NewCapacityLimiter(2)
		var g gauge
		var tasks []*async.Task[async.Void]
		for range 5 {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error { return l.With(ctx, g.visit) }))
		}
		wait(t, ctx, tasks...)
		require.Equal(t, 2, g.most)
		require.Zero(t, l.Borrowed())
	})
}

func TestCapacityLimiterTotalMayBeChanged(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := primitives.NewCapacityLimiter(1)
		for i := range 3 {
			async.Go(ctx, func(ctx context.Context) error { return l.AcquireFor(ctx, i) })
		}
		settle(ctx)
		require.Equal(t, []int{1, 2}, []int{l.Borrowed(), l.Waiting()})
		l.SetTotal(3)
		settle(ctx)
		require.Equal(t, []int{3, 0}, []int{l.Borrowed(), l.Waiting()})
		l.SetTotal(1)
		l.ReleaseFor(0)
		l.ReleaseFor(1)
		require.True(t, l.Locked(), "those two are gone for good")
		l.ReleaseFor(2)
		require.False(t, l.Locked())
		require.Equal(t, 1, l.Total())
	})
}

func TestCapacityLimiterMisuse(t *testing.T) {
	misuse(t, "give the number", func() { primitives.NewCapacityLimiter(0) })
	asynctest.Run(t, func(ctx context.Context) {
		l := primitives.NewCapacityLimiter(2)
		misuse(t, "in the task that called Acquire", l.Release)
		misuse(t, "give the number", func() { l.SetTotal(0) })
		require.NoError(t, l.Acquire(ctx))
		misuse(t, "another borrower", func() { _ = l.Acquire(ctx) })
		wait(t, ctx, start(ctx, "other", func(context.Context) error {
			misuse(t, "in the task that called Acquire", l.Release)
			return nil
		}))
		misuse(t, "ReleaseFor", func() { l.ReleaseFor("nobody") })
		l.SetTotal(1)
		waiter := start(ctx, "waiter", func(ctx context.Context) error { return l.AcquireFor(ctx, "waiter") })
		settle(ctx)
		misuse(t, "another borrower", func() { _ = l.AcquireFor(ctx, "waiter") })
		misuse(t, "ReleaseFor", func() { l.ReleaseFor("waiter") })
		l.Release()
		wait(t, ctx, waiter)
		l.ReleaseFor("waiter")
		var zero primitives.CapacityLimiter
		misuse(t, "NewCapacityLimiter", func() { _ = zero.Acquire(ctx) })
		misuse(t, "NewCapacityLimiter", zero.Release)
	})
}

func TestCapacityLimiterTellsItsState(t *testing.T) {
	l := primitives.NewCapacityLimiter(1)
	require.Contains(t, deadlock(t, async.Runner{}, func(ctx context.Context) error {
		if err := l.Acquire(ctx); err != nil {
			return err
		}
		other := start(ctx, "other", l.Acquire)
		settle(ctx)
		require.Equal(t, "<CapacityLimiter [borrowed:1/1, waiters:1]>", l.String())
		return other.Wait(ctx)
	}), "waits for a token of a CapacityLimiter of 1")
}

package primitives_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestSemaphoreLetsSoManyThrough(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(2)
		var g gauge
		var tasks []*async.Task[async.Void]
		for range 5 {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error { return s.With(ctx, g.visit) }))
		}
		wait(t, ctx, tasks...)
		require.Equal(t, 2, g.most)
	})
}

// A permit that is released while others wait is theirs at once: nobody takes
// it from the woken task.
func TestSemaphoreHandsPermitsOver(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(1)
		require.True(t, s.TryAcquire())
		waiter := async.Go(ctx, s.Acquire)
		settle(ctx)
		s.Release()
		require.True(t, s.Locked())
		require.False(t, s.TryAcquire())
		wait(t, ctx, waiter)
	})
}

// New permits go to those who wait, even if whoever comes first is about to be
// canceled.
func TestSemaphorePermitsFindTheirWayPastTheCanceled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(0)
		first, second := async.Go(ctx, s.Acquire), async.Go(ctx, s.Acquire)
		settle(ctx)
		s.Release()
		first.Cancel()
		wait(t, ctx, second)
		require.True(t, first.Canceled())
	})
}

func TestSemaphoreGrowsByReleases(t *testing.T) {
	s := primitives.NewSemaphore(0)
	require.True(t, s.Locked())
	s.Release()
	s.Release()
	for range 2 {
		require.True(t, s.TryAcquire())
	}
	require.False(t, s.TryAcquire())
}

func TestSemaphoreMisuse(t *testing.T) {
	misuse(t, "give the number", func() { primitives.NewSemaphore(-1) })
	misuse(t, "give the number", func() { primitives.NewBoundedSemaphore(-1) })
	b := primitives.NewBoundedSemaphore(1)
	misuse(t, "once for each Acquire", b.Release)
	require.True(t, b.TryAcquire())
	b.Release()
	var zero primitives.Semaphore
	misuse(t, "NewSemaphore", zero.Release)
	misuse(t, "NewSemaphore", func() { zero.TryAcquire() })
	misuse(t, "NewSemaphore", func() { zero.Locked() })
	asynctest.Run(t, func(ctx context.Context) {
		misuse(t, "NewSemaphore", func() { _ = zero.Acquire(ctx) })
		misuse(t, "NewSemaphore", func() { _ = zero.With(ctx, async.Yield) })
	})
}

func TestSemaphoreTellsItsState(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(1)
		require.Equal(t, "<Semaphore [unlocked, value:1]>", s.String())
		require.NoError(t, s.Acquire(ctx))
		async.Go(ctx, s.Acquire)
		settle(ctx)
		require.Equal(t, 1, s.Waiting())
		require.Equal(t, "<Semaphore [locked, waiters:1]>", s.String())
		s.Release()
		settle(ctx)
	})
	require.Contains(t, deadlock(t, async.Runner{}, primitives.NewSemaphore(0).Acquire), "waits for a permit of a Semaphore")
}

func TestSemaphoreBoundedWithoutPermitsLetsNobodyThrough(t *testing.T) {
	s := primitives.NewBoundedSemaphore(0)
	require.True(t, s.Locked())
	require.False(t, s.TryAcquire())
	misuse(t, "once for each Acquire", s.Release)
	require.Equal(t, "<BoundedSemaphore [locked]>", s.String())
	asynctest.Run(t, func(ctx context.Context) {
		err := async.Timeout(ctx, time.Second, s.Acquire)
		require.Equal(t, async.ErrTimeout, err)
	})
}

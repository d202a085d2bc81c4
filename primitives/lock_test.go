package primitives_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/clock"
	"github.com/gobaton/async/primitives"
)

func TestLockIsGottenInTheOrderOfComing(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		var j journal
		visit := func(name string) *async.Task[async.Void] {
			return start(ctx, name, func(ctx context.Context) error {
				return l.With(ctx, func(ctx context.Context) error {
					j.add("%s in", name)
					defer j.add("%s out", name)
					return async.Yield(ctx)
				})
			})
		}
		wait(t, ctx, visit("a"), visit("b"), visit("c"))
		require.Equal(t, journal{"a in", "a out", "b in", "b out", "c in", "c out"}, j)
		require.False(t, l.Locked())
	})
}

func TestLockThatIsFreeIsGottenWithoutSuspending(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		other := false
		start(ctx, "other", func(context.Context) error { other = true; return nil })
		require.NoError(t, l.Acquire(ctx))
		require.False(t, other)
	})
}

// Between the release and the turn of the woken task the lock is free, but not
// for others.
func TestLockIsNotStolenFromTheWokenTask(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		var j journal
		require.NoError(t, l.Acquire(ctx))
		waiter := start(ctx, "waiter", func(ctx context.Context) error {
			return l.With(ctx, func(context.Context) error { j.add("waiter"); return nil })
		})
		require.NoError(t, async.Yield(ctx))
		l.Release()
		require.False(t, l.Locked())
		require.False(t, l.TryAcquire())
		require.NoError(t, l.Acquire(ctx))
		j.add("main")
		wait(t, ctx, waiter)
		require.Equal(t, journal{"waiter", "main"}, j)
	})
}

func TestLockMayBeReleasedByAnotherTask(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		require.NoError(t, l.Acquire(ctx))
		wait(t, ctx, start(ctx, "other", func(context.Context) error { l.Release(); return nil }))
		require.True(t, l.TryAcquire())
	})
}

func TestLockWithReleasesHoweverTheBodyEnds(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		failed := errors.New("failed")
		require.Equal(t, failed, l.With(ctx, func(context.Context) error { return failed }))
		require.False(t, l.Locked())
		require.PanicsWithValue(t, "body", func() {
			_ = l.With(ctx, func(context.Context) error { panic("body") })
		})
		require.False(t, l.Locked())
	})
}

func TestLockTellsItsState(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		require.Equal(t, "<Lock [unlocked]>", l.String())
		require.NoError(t, l.Acquire(ctx))
		start(ctx, "waiter", func(ctx context.Context) error { return l.With(ctx, async.Yield) })
		settle(ctx)
		require.Equal(t, 1, l.Waiting())
		require.Equal(t, "<Lock [locked, waiters:1]>", l.String())
		l.Release()
	})
}

func TestLockMisuse(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		misuse(t, "once for each Acquire", l.Release)
		wait(t, ctx, start(ctx, "other", func(context.Context) error {
			misuse(t, "a task's ctx is for that task alone", func() { _ = l.Acquire(ctx) })
			return nil
		}))
		misuse(t, "pass on the ctx", func() { _ = l.Acquire(context.Background()) })
	})
}

func TestLockOfOneLoopIsNotForAnother(t *testing.T) {
	var l primitives.Lock
	first := async.Runner{Clock: asynctest.NewClock()}
	use := func(ctx context.Context) error { return l.With(ctx, async.Yield) }
	require.NoError(t, first.Run(t.Context(), use))
	asynctest.Run(t, func(ctx context.Context) {
		misuse(t, "one for each", func() { _ = use(ctx) })
	})
	require.NoError(t, first.Close())
	asynctest.Run(t, func(ctx context.Context) { require.NoError(t, use(ctx)) })
}

func TestLockHolderShowsInDeadlockReports(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0")
	var l primitives.Lock
	main := func(ctx context.Context) error {
		if err := l.Acquire(ctx); err != nil {
			return err
		}
		other := start(ctx, "other", l.Acquire)
		return other.Wait(ctx)
	}
	report := deadlock(t, async.Runner{}, main)
	require.Contains(t, report, "waits for a Lock held by Task-1")
	require.NotContains(t, report, "acquired in")

	l = primitives.Lock{}
	report = deadlock(t, async.Runner{Debug: true}, main)
	require.Regexp(t, `held by Task-1, acquired in .*TestLockHolderShows.* \(lock_test.go:\d+\)`, report)

	l = primitives.Lock{}
	l.TryAcquire()
	report = deadlock(t, async.Runner{}, func(ctx context.Context) error { return l.Acquire(ctx) })
	require.Contains(t, report, "waits for a Lock that is held")
}

// A sleep that is canceled when its time has come does not wake the task out of
// what it waits for next.
func TestLockIsNotGottenByASleepThatIsOver(t *testing.T) {
	c := &handClock{Clock: clock.NewVirtual()}
	r := async.Runner{Clock: c}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		var l primitives.Lock
		var j journal
		require.NoError(t, l.Acquire(ctx))
		sleeper := start(ctx, "sleeper", func(ctx context.Context) error {
			require.Error(t, async.Sleep(ctx, tick))
			err := l.Acquire(async.Uncancel(ctx))
			j.add("gotten")
			return err
		})
		require.NoError(t, async.Yield(ctx))
		c.now = tick
		sleeper.Cancel()
		settle(ctx)
		j.add("released")
		l.Release()
		wait(t, ctx, sleeper)
		require.Equal(t, journal{"released", "gotten"}, j)
		return nil
	}))
	require.NoError(t, r.Close())
}

// handClock is a clock that is set by hand.
type handClock struct {
	clock.Clock
	now time.Duration
}

func (c *handClock) Now() time.Duration { return c.now }

package cpython

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestCondition_wait(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		var got record
		t1, t2, t3 := async.Go(ctx, waiting(&got, "1", &c)), async.Go(ctx, waiting(&got, "2", &c)), async.Go(ctx, waiting(&got, "3", &c))
		yields(t, ctx, 1)
		require.Empty(t, got)
		require.False(t, c.Locked())

		require.NoError(t, c.Acquire(ctx))
		c.Notify(1)
		yields(t, ctx, 1)
		require.Empty(t, got)
		require.True(t, c.Locked())
		c.Release()
		yields(t, ctx, 1)
		require.Equal(t, record{"1"}, got)
		require.True(t, c.Locked())

		c.Notify(2)
		yields(t, ctx, 1)
		require.Equal(t, record{"1"}, got)
		require.True(t, c.Locked())
		c.Release()
		yields(t, ctx, 1)
		require.Equal(t, record{"1", "2"}, got)
		require.True(t, c.Locked())
		c.Release()
		yields(t, ctx, 1)
		require.Equal(t, record{"1", "2", "3"}, got)
		require.True(t, c.Locked())
		requireSuccess(t, t1, t2, t3)
	})
}

func TestCondition_wait_unacquired(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		require.Panics(t, func() { _ = c.Wait(ctx) })
	})
}

func TestCondition_wait_for(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		var got record
		ready := false
		task := async.Go(ctx, noteAfter(&got, "1", func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				return c.WaitFor(ctx, func() bool { return ready })
			})
		}))
		yields(t, ctx, 1)
		require.Empty(t, got)
		notify := func() {
			require.NoError(t, c.Acquire(ctx))
			c.Notify(1)
			c.Release()
			yields(t, ctx, 1)
		}
		notify()
		require.Empty(t, got)
		ready = true
		notify()
		require.Equal(t, record{"1"}, got)
		requireSuccess(t, task)
	})
}

func TestCondition_wait_for_unacquired(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		require.NoError(t, c.WaitFor(ctx, func() bool { return true })) // it need not wait
		require.Panics(t, func() { _ = c.WaitFor(ctx, func() bool { return false }) })
	})
}

func TestCondition_notify(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		var got record
		t1, t2, t3 := async.Go(ctx, passing(&got, "1", &c)), async.Go(ctx, passing(&got, "2", &c)), async.Go(ctx, passing(&got, "3", &c))
		yields(t, ctx, 1)
		require.Empty(t, got)

		require.NoError(t, c.Acquire(ctx))
		c.Notify(1)
		c.Release()
		yields(t, ctx, 1)
		require.Equal(t, record{"1"}, got)

		require.NoError(t, c.Acquire(ctx))
		c.Notify(1)
		c.Notify(2048)
		c.Release()
		yields(t, ctx, 1)
		require.Equal(t, record{"1", "2", "3"}, got)
		requireSuccess(t, t1, t2, t3)
	})
}

func TestCondition_notify_all(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		var got record
		t1, t2 := async.Go(ctx, passing(&got, "1", &c)), async.Go(ctx, passing(&got, "2", &c))
		yields(t, ctx, 1)
		require.Empty(t, got)
		require.NoError(t, c.Acquire(ctx))
		c.NotifyAll()
		c.Release()
		yields(t, ctx, 1)
		require.Equal(t, record{"1", "2"}, got)
		requireSuccess(t, t1, t2)
	})
}

func TestCondition_notify_unacquired(t *testing.T) {
	asynctest.Run(t, func(context.Context) {
		var c primitives.Condition
		require.Panics(t, func() { c.Notify(1) })
	})
}

func TestCondition_notify_all_unacquired(t *testing.T) {
	asynctest.Run(t, func(context.Context) {
		var c primitives.Condition
		require.Panics(t, c.NotifyAll)
	})
}

func TestCondition_repr(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var c primitives.Condition
		require.Contains(t, c.String(), "[unlocked]")
		require.NoError(t, c.Acquire(ctx))
		require.Contains(t, c.String(), "[locked]")
		c.Release()
		var got record
		for n, want := range []string{"waiters:1", "waiters:2"} {
			async.Go(ctx, passing(&got, "passed", &c))
			yields(t, ctx, 1)
			require.True(t, strings.Contains(c.String(), want), "%d: %s", n, c.String())
		}
		require.NoError(t, c.With(ctx, func(context.Context) error {
			c.NotifyAll()
			return nil
		}))
		yields(t, ctx, 1)
		require.Len(t, got, 2)
	})
}

func TestCondition_context_manager(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) { testWith(t, ctx, new(primitives.Condition)) })
}

func TestCondition_explicit_lock(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		c := primitives.Condition{L: &l}
		for _, of := range []lock{&c, &l} {
			require.False(t, l.Locked())
			require.False(t, c.Locked())
			require.NoError(t, of.With(ctx, func(context.Context) error {
				require.True(t, l.Locked())
				require.True(t, c.Locked())
				return nil
			}))
		}
		require.False(t, l.Locked())
		require.False(t, c.Locked())
	})
}

func TestCondition_ambiguous_loops(t *testing.T) {
	var there, here async.Runner
	defer func() { require.NoError(t, there.Close()) }()
	defer func() { require.NoError(t, here.Close()) }()
	var l, m primitives.Lock
	c := primitives.Condition{L: &m}
	elsewhere := func(ctx context.Context) error {
		require.NoError(t, l.Acquire(ctx))
		return c.Acquire(ctx)
	}
	require.NoError(t, there.Run(context.Background(), elsewhere))
	require.NoError(t, here.Run(context.Background(), func(ctx context.Context) error {
		of := primitives.Condition{L: &l}
		require.Panics(t, func() { _ = of.Acquire(ctx) })
		require.Panics(t, func() { _ = c.Wait(ctx) })
		return nil
	}))
}

// waiting is a coroutine that waits for a condition, notes its name and keeps
// the lock.
func waiting(r *record, name string, c *primitives.Condition) async.Func {
	return noteAfter(r, name, func(ctx context.Context) error {
		if err := c.Acquire(ctx); err != nil {
			return err
		}
		return c.Wait(ctx)
	})
}

// passing is waiting, but releases the lock.
func passing(r *record, name string, c *primitives.Condition) async.Func {
	return noteAfter(r, name, func(ctx context.Context) error { return c.With(ctx, c.Wait) })
}

package cpython

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// A lock is what a Lock, a Condition and a Semaphore have in common.
type lock interface {
	Acquire(ctx context.Context) error
	TryAcquire() bool
	Release()
	Locked() bool
	With(ctx context.Context, body func(ctx context.Context) error) error
}

// locks are an unlocked one of each kind.
func locks() map[string]lock {
	return map[string]lock{
		"Lock":             new(primitives.Lock),
		"Condition":        new(primitives.Condition),
		"Semaphore":        primitives.NewSemaphore(1),
		"BoundedSemaphore": primitives.NewBoundedSemaphore(1),
	}
}

func TestLock_repr(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		require.True(t, strings.HasSuffix(l.String(), "[unlocked]>"), l.String())
		require.NoError(t, l.Acquire(ctx))
		require.True(t, strings.HasSuffix(l.String(), "[locked]>"), l.String())
	})
}

func TestLock_acquire(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		var got record
		require.NoError(t, l.Acquire(ctx))
		t1 := async.Go(ctx, acquiring(&got, "1", &l))
		t2 := async.Go(ctx, acquiring(&got, "2", &l))
		yields(t, ctx, 1)
		require.Empty(t, got)

		l.Release()
		yields(t, ctx, 1)
		require.Equal(t, record{"1"}, got)
		yields(t, ctx, 1)
		require.Equal(t, record{"1"}, got)

		t3 := async.Go(ctx, acquiring(&got, "3", &l))
		l.Release()
		yields(t, ctx, 1)
		require.Equal(t, record{"1", "2"}, got)
		l.Release()
		yields(t, ctx, 1)
		require.Equal(t, record{"1", "2", "3"}, got)
		requireSuccess(t, t1, t2, t3)
	})
}

func TestLock_acquire_cancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		require.NoError(t, l.Acquire(ctx))
		requireCanceled(t, cancelSoon(ctx, async.Go(ctx, l.Acquire)))
		require.Zero(t, l.Waiting())
	})
}

func TestLock_cancel_race(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		holding := async.NewFuture[async.Void](ctx)
		ta := async.Go(ctx, func(ctx context.Context) error { return l.With(ctx, holding.Wait) })
		yields(t, ctx, 1)
		require.True(t, l.Locked())
		tb := async.Go(ctx, func(ctx context.Context) error { return l.With(ctx, fail(nil)) })
		yields(t, ctx, 1)
		require.Equal(t, 1, l.Waiting())
		tc := async.Go(ctx, func(ctx context.Context) error { return l.With(ctx, fail(nil)) })
		yields(t, ctx, 1)
		require.Equal(t, 2, l.Waiting())

		require.NoError(t, holding.SetResult(async.Void{})) // ta releases it
		tb.Cancel()                                         // as the next in line is canceled
		yields(t, ctx, 1)
		require.False(t, l.Locked())
		require.True(t, ta.Done())
		require.True(t, tb.Canceled())
		require.NoError(t, tc.Wait(ctx))
	})
}

func TestLock_cancel_release_race(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		var begun, got record
		require.NoError(t, l.Acquire(ctx))
		lockIt := func(ctx context.Context) error {
			begun.add("begun")
			return acquiring(&got, "got", &l)(ctx)
		}
		t1, t2, t3 := async.Go(ctx, lockIt), async.Go(ctx, lockIt), async.Go(ctx, lockIt)
		yields(t, ctx, 1)
		async.RunningLoop(ctx).CallSoon(func() {
			t1.Cancel()
			l.Release()
		})
		requireCanceled(t, t1.Wait(ctx))
		require.Len(t, got, 1)
		require.Len(t, begun, 3)
		require.True(t, t1.Canceled())
		require.True(t, t2.Done())
		t3.Cancel()
		yields(t, ctx, 1)
		require.True(t, t3.Canceled())
	})
}

func TestLock_finished_waiter_cancelled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		require.NoError(t, l.Acquire(ctx))
		require.True(t, l.Locked())
		tb := async.Go(ctx, l.Acquire)
		yields(t, ctx, 1)
		require.Equal(t, 1, l.Waiting())
		tc := async.Go(ctx, l.Acquire)
		tb.Cancel()
		l.Release()
		yields(t, ctx, 1)
		require.True(t, l.Locked())
		require.True(t, tb.Canceled())
		require.NoError(t, tc.Wait(ctx))
	})
}

func TestLock_release_not_acquired(t *testing.T) {
	asynctest.Run(t, func(context.Context) {
		var l primitives.Lock
		require.Panics(t, l.Release)
	})
}

func TestLock_release_no_waiters(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.Lock
		require.NoError(t, l.Acquire(ctx))
		require.True(t, l.Locked())
		l.Release()
		require.False(t, l.Locked())
	})
}

func TestLock_context_manager(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) { testWith(t, ctx, new(primitives.Lock)) })
}

func TestEvent_repr(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var e primitives.Event
		require.True(t, strings.HasSuffix(e.String(), "[unset]>"), e.String())
		waiting := async.Go(ctx, e.Wait)
		yields(t, ctx, 1)
		require.Contains(t, e.String(), "waiters:1")
		e.Set()
		require.NoError(t, waiting.Wait(ctx))
		require.True(t, strings.HasSuffix(e.String(), "[set]>"), e.String())
	})
}

func TestEvent_wait(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var e primitives.Event
		var got record
		require.False(t, e.IsSet())
		t1 := async.Go(ctx, noteAfter(&got, "1", e.Wait))
		t2 := async.Go(ctx, noteAfter(&got, "2", e.Wait))
		yields(t, ctx, 1)
		require.Empty(t, got)
		t3 := async.Go(ctx, noteAfter(&got, "3", e.Wait))
		e.Set()
		yields(t, ctx, 1)
		require.Equal(t, record{"3", "1", "2"}, got) // the third need not wait
		requireSuccess(t, t1, t2, t3)
	})
}

func TestEvent_wait_on_set(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var e primitives.Event
		e.Set()
		asynctest.MustNotSuspend(t, ctx, func() { require.NoError(t, e.Wait(ctx)) })
	})
}

func TestEvent_wait_cancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var e primitives.Event
		requireCanceled(t, cancelSoon(ctx, async.Go(ctx, e.Wait)))
		require.Zero(t, e.Waiting())
	})
}

func TestEvent_clear(t *testing.T) {
	asynctest.Run(t, func(context.Context) {
		var e primitives.Event
		require.False(t, e.IsSet())
		e.Set()
		require.True(t, e.IsSet())
		e.Clear()
		require.False(t, e.IsSet())
	})
}

func TestEvent_clear_with_waiters(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var e primitives.Event
		var got record
		task := async.Go(ctx, noteAfter(&got, "1", e.Wait))
		yields(t, ctx, 1)
		require.Empty(t, got)
		e.Set()
		e.Clear()
		require.False(t, e.IsSet())
		e.Set()
		e.Set()
		yields(t, ctx, 1)
		require.Equal(t, record{"1"}, got)
		require.Zero(t, e.Waiting())
		requireSuccess(t, task)
	})
}

// acquiring is a coroutine that acquires a lock and notes its name.
func acquiring(r *record, name string, l lock) async.Func { return noteAfter(r, name, l.Acquire) }

// noteAfter is a coroutine that awaits f and notes its name if that went well.
func noteAfter(r *record, name string, f async.Func) async.Func {
	return func(ctx context.Context) error {
		if err := f(ctx); err != nil {
			return err
		}
		r.add("%s", name)
		return nil
	}
}

// testWith requires a lock to be locked while the body of its With runs.
func testWith(t *testing.T, ctx context.Context, l lock) {
	t.Helper()
	require.False(t, l.Locked())
	require.NoError(t, l.With(ctx, func(context.Context) error {
		require.True(t, l.Locked())
		return nil
	}))
	require.False(t, l.Locked())
}

// cancelSoon cancels a task in a callback, awaits it and returns its error.
func cancelSoon(ctx context.Context, task *async.Task[async.Void]) error {
	async.RunningLoop(ctx).CallSoon(func() { task.Cancel() })
	return task.Wait(ctx)
}

// requireSuccess requires tasks to have ended well.
func requireSuccess(t *testing.T, tasks ...*async.Task[async.Void]) {
	t.Helper()
	for _, task := range tasks {
		require.True(t, task.Done())
		require.NoError(t, task.Err())
	}
}

// within is f with a limit that it must not reach.
func within(t *testing.T, ctx context.Context, d time.Duration, f async.Func) {
	t.Helper()
	require.NoError(t, async.Timeout(ctx, d, f))
}

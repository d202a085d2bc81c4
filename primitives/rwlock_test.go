package primitives_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// visitors starts a reader or a writer for each letter, who tell when they come
// and go, a tick later.
func visitors(ctx context.Context, l *primitives.RWLock, j *journal, order string) []*async.Task[async.Void] {
	var tasks []*async.Task[async.Void]
	for i, kind := range order {
		with := l.WithRead
		if kind == 'w' {
			with = l.With
		}
		tasks = append(tasks, start(ctx, string(kind), func(ctx context.Context) error {
			return with(ctx, func(ctx context.Context) error {
				j.add("%c%d in", kind, i)
				defer j.add("%c%d out", kind, i)
				return async.Sleep(ctx, tick)
			})
		}))
	}
	return tasks
}

func TestRWLockLetsReadersInTogetherAndWritersAlone(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.RWLock
		var j journal
		wait(t, ctx, visitors(ctx, &l, &j, "rrww")...)
		require.Equal(t, journal{
			"r0 in", "r1 in", "r0 out", "r1 out", "w2 in", "w2 out", "w3 in", "w3 out",
		}, j)
		require.False(t, l.Locked())
	})
}

// A reader who comes while a writer waits, waits too; when the writer is done,
// all readers go before the next.
func TestRWLockReadersAndWritersTakeTurns(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.RWLock
		var j journal
		wait(t, ctx, visitors(ctx, &l, &j, "rwrwr")...)
		require.Equal(t, journal{
			"r0 in", "r0 out", "w1 in", "w1 out", "r2 in", "r4 in", "r2 out", "r4 out", "w3 in", "w3 out",
		}, j)
	})
}

func TestRWLockReadersNoLongerWaitForAWriterThatWasCanceled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.RWLock
		var j journal
		tasks := visitors(ctx, &l, &j, "rwr")
		settle(ctx)
		require.False(t, l.TryAcquireRead())
		tasks[1].Cancel()
		settle(ctx)
		require.Equal(t, journal{"r0 in", "r2 in"}, j)
		require.True(t, l.TryAcquireRead())
		require.False(t, l.TryAcquire())
		l.ReleaseRead()
		wait(t, ctx, tasks[0], tasks[2])
		require.True(t, l.TryAcquire())
	})
}

func TestRWLockMisuse(t *testing.T) {
	var l primitives.RWLock
	misuse(t, "use With", l.Release)
	misuse(t, "use WithRead", l.ReleaseRead)
	require.True(t, l.TryAcquireRead())
	misuse(t, "use With", l.Release)
}

func TestRWLockTellsItsState(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var l primitives.RWLock
		var j journal
		require.Equal(t, "<RWLock [unlocked]>", l.String())
		tasks := visitors(ctx, &l, &j, "rwr")
		settle(ctx)
		readers, writers := l.Waiting()
		require.Equal(t, []int{1, 1}, []int{readers, writers})
		require.Equal(t, "<RWLock [reading:1, waiters:2]>", l.String())
		wait(t, ctx, tasks...)
		require.NoError(t, l.Acquire(ctx))
		require.Equal(t, "<RWLock [writing]>", l.String())
	})
	var l primitives.RWLock
	require.Contains(t, deadlock(t, async.Runner{}, func(ctx context.Context) error {
		return l.WithRead(ctx, l.Acquire)
	}), "waits for an RWLock that 1 read")
	l = primitives.RWLock{}
	require.Contains(t, deadlock(t, async.Runner{}, func(ctx context.Context) error {
		return l.With(ctx, l.AcquireRead)
	}), "waits for an RWLock held by Task-1")
}

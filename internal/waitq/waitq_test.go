package waitq_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/waitq"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var what = sched.Text("a test")

// A queue is a waitq.Queue with tasks that say when they are woken, or
// canceled.
type queue struct {
	waiters waitq.Queue
	said    []string
}

func (q *queue) wait(ctx context.Context, name string) *async.Task[async.Void] {
	return async.Go(ctx, func(ctx context.Context) error {
		woke, err := q.waiters.Wait(q.waiters.Enter(ctx), what)
		q.said = append(q.said, fmt.Sprintf("%s woke=%v canceled=%v", name, woke, err != nil))
		return nil
	})
}

func (q *queue) waitAll(ctx context.Context, names ...string) (tasks []*async.Task[async.Void]) {
	for _, name := range names {
		tasks = append(tasks, q.wait(ctx, name))
	}
	_ = async.Yield(ctx)
	return tasks
}

func TestQueueWakesInTheOrderOfComing(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q queue
		q.waitAll(ctx, "a", "b", "c")
		require.Equal(t, 3, q.waiters.Len())
		require.True(t, q.waiters.WakeNext())
		require.Equal(t, 2, q.waiters.WakeAll())
		require.False(t, q.waiters.WakeNext())
		require.Zero(t, q.waiters.Len())
		require.False(t, q.waiters.NoneAhead(), "they have not had their turns")
		require.NoError(t, async.Yield(ctx))
		require.True(t, q.waiters.NoneAhead())
		require.Equal(t, []string{
			"a woke=true canceled=false", "b woke=true canceled=false", "c woke=true canceled=false",
		}, q.said)
	})
}

func TestQueueTellsWhoWasWokenBeforeTheCancellation(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q queue
		tasks := q.waitAll(ctx, "before", "after")
		tasks[0].Cancel()
		require.Equal(t, 1, q.waiters.Len(), "who was canceled does not wait")
		require.True(t, q.waiters.WakeNext())
		tasks[1].Cancel()
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, []string{"before woke=false canceled=true", "after woke=true canceled=true"}, q.said)
		require.True(t, q.waiters.NoneAhead())
	})
}

func TestQueueWakeFirstWakesOneAtATime(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q queue
		tasks := q.waitAll(ctx, "a", "b", "c")
		require.True(t, q.waiters.WakeFirst())
		require.False(t, q.waiters.WakeFirst(), "a has not had its turn")
		require.NoError(t, async.Yield(ctx))
		tasks[1].Cancel()
		require.False(t, q.waiters.WakeFirst(), "b is the head")
		require.NoError(t, async.Yield(ctx))
		require.True(t, q.waiters.WakeFirst())
		require.NoError(t, async.Yield(ctx))
		require.True(t, q.waiters.NoneAhead())
	})
}

func TestQueueWakesPastTheCanceled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q queue
		tasks := q.waitAll(ctx, "a", "b", "c", "d")
		tasks[0].Cancel()
		tasks[2].Cancel()
		require.True(t, q.waiters.WakeNext())
		require.Equal(t, 1, q.waiters.WakeAll())
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, []string{
			"a woke=false canceled=true", "c woke=false canceled=true",
			"b woke=true canceled=false", "d woke=true canceled=false",
		}, q.said)
	})
}

func TestQueueBelongsToOneLoopUntilThatIsClosed(t *testing.T) {
	var waiters waitq.Queue
	require.Nil(t, waiters.Runner())
	enter := func(ctx context.Context) error {
		require.Same(t, waiters.Enter(ctx).Task(), waiters.Runner())
		return nil
	}
	first := async.Runner{Clock: asynctest.NewClock()}
	require.NoError(t, first.Run(t.Context(), enter))
	second := async.Runner{Clock: asynctest.NewClock()}
	require.Panics(t, func() { _ = second.Run(t.Context(), enter) })
	require.NoError(t, first.Close())
	require.NoError(t, async.Run(t.Context(), enter))
	_ = second.Close()
}

// waitAnywhere waits in the queues, and for a time if that is not 0, and tells
// what woke it.
func waitAnywhere(ctx context.Context, said *[]string, limit time.Duration, queues ...*waitq.Queue) *async.Task[async.Void] {
	return async.Go(ctx, func(ctx context.Context) error {
		p := sched.Enter(ctx)
		s := waitq.NewMultiWait(p, len(queues)+1)
		for i, l := range queues {
			l.Enter(ctx)
			s.Add(i, l)
		}
		if limit > 0 {
			s.Until(len(queues), p.Task().Loop().After(limit))
		}
		which, woke, err := s.Wait(p, what)
		*said = append(*said, fmt.Sprintf("%d woke=%v canceled=%v", which, woke, err != nil))
		return nil
	})
}

func TestMultiWaitIsWokenByOneOfItsQueues(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var a, b waitq.Queue
		var said []string
		waitAnywhere(ctx, &said, time.Second, &a, &b)
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, []int{1, 1}, []int{a.Len(), b.Len()})
		require.True(t, b.WakeNext())
		require.False(t, a.WakeNext(), "it is taken")
		require.Zero(t, a.WakeAll()+b.WakeAll())
		require.True(t, a.NoneAhead())
		require.False(t, b.NoneAhead())
		require.NoError(t, async.Yield(ctx))
		require.True(t, a.NoneAhead() && b.Empty())
		require.Equal(t, []string{"1 woke=true canceled=false"}, said)
	})
}

func TestMultiWaitIsWokenByItsTime(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var a waitq.Queue
		var said []string
		task := waitAnywhere(ctx, &said, time.Second, &a)
		require.NoError(t, task.Wait(ctx))
		require.Equal(t, []string{"1 woke=true canceled=false"}, said)
		require.True(t, a.NoneAhead())
	})
}

func TestMultiWaitThatIsCanceledLeavesItsLines(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var a, b waitq.Queue
		var said []string
		first := waitAnywhere(ctx, &said, time.Second, &a, &b)
		second := waitAnywhere(ctx, &said, time.Second, &a, &b)
		require.NoError(t, async.Yield(ctx))
		first.Cancel()
		require.True(t, a.WakeNext(), "the second")
		second.Cancel()
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, []string{"0 woke=false canceled=true", "0 woke=true canceled=true"}, said)
		require.True(t, a.NoneAhead() && b.Empty())
	})
}

// A MultiWait that stands in one queue twice is woken once.
func TestMultiWaitMayStandInAQueueTwice(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var a waitq.Queue
		var said []string
		waitAnywhere(ctx, &said, 0, &a, &a)
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, 1, a.WakeAll())
		require.NoError(t, async.Yield(ctx))
		require.True(t, a.NoneAhead())
		require.Equal(t, []string{"0 woke=true canceled=false"}, said)
	})
}

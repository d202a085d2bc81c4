package primitives_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// drain takes all items that are there.
func drain[T any](q *primitives.Queue[T]) (items []T) {
	for {
		v, err := q.GetNowait()
		if err != nil {
			return items
		}
		items = append(items, v)
	}
}

func put[T any](t *testing.T, q *primitives.Queue[T], items ...T) {
	t.Helper()
	for _, v := range items {
		require.NoError(t, q.PutNowait(v))
	}
}

func TestQueuesGiveInTheirOrder(t *testing.T) {
	type job struct {
		priority int
		name     string
	}
	jobs := []job{{2, "a"}, {1, "b"}, {2, "c"}, {1, "d"}, {0, "e"}, {1, "f"}}
	names := func(q *primitives.Queue[job]) (s string) {
		put(t, q, jobs...)
		for _, j := range drain(q) {
			s += j.name
		}
		return s
	}
	require.Equal(t, "abcdef", names(new(primitives.Queue[job])))
	require.Equal(t, "abcdef", names(primitives.NewQueue[job](6)))
	require.Equal(t, "fedcba", names(primitives.NewLifoQueue[job](6)))
	require.Equal(t, "ebdfac", names(primitives.NewPriorityQueue(6, func(a, b job) bool { return a.priority < b.priority })))
}

// The ring wraps around and grows with items in it.
func TestQueueKeepsItsOrderWhileItGrows(t *testing.T) {
	var q primitives.Queue[int]
	next, want := 0, 0
	for round := range 100 {
		for range round % 17 {
			put(t, &q, next)
			next++
		}
		for range min(round%11, q.Qsize()) {
			v, err := q.GetNowait()
			require.NoError(t, err)
			require.Equal(t, want, v)
			want++
		}
	}
	require.Len(t, drain(&q), next-want)
}

func TestQueuePutWaitsForRoomAndGetForAnItem(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](1)
		var j journal
		producer := start(ctx, "producer", func(ctx context.Context) error {
			for i := range 3 {
				if err := q.Put(ctx, i); err != nil {
					return err
				}
				j.add("put %d", i)
			}
			return nil
		})
		for range 3 {
			v, err := q.Get(ctx)
			require.NoError(t, err)
			j.add("got %d", v)
		}
		wait(t, ctx, producer)
		require.Equal(t, journal{"put 0", "got 0", "put 1", "got 1", "put 2", "got 2"}, j)
	})
}

// An item is not handed over: a Get that comes before the woken task's turn
// takes it.
func TestQueueItemGoesToTheFirstGetter(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		waiter := async.GoValue(ctx, q.Get)
		settle(ctx)
		put(t, &q, 1)
		v, err := q.Get(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, v)
		settle(ctx)
		require.False(t, waiter.Done(), "it waits again")
		put(t, &q, 2)
		v, err = waiter.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 2, v)
	})
}

func TestQueueNowaitFails(t *testing.T) {
	q := primitives.NewQueue[int](1)
	_, err := q.GetNowait()
	require.ErrorIs(t, err, primitives.ErrQueueEmpty)
	put(t, q, 1)
	require.ErrorIs(t, q.PutNowait(2), primitives.ErrQueueFull)
	require.True(t, q.Full())
	require.False(t, q.Empty())
	require.Equal(t, 1, q.Maxsize())
}

func TestQueueJoinWaitsForEveryTaskDone(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		require.NoError(t, q.Join(ctx), "nothing was put")
		put(t, &q, 1, 2)
		joined := start(ctx, "joiner", q.Join)
		drain(&q)
		for range 2 {
			settle(ctx)
			require.False(t, joined.Done())
			q.TaskDone()
		}
		wait(t, ctx, joined)
		misuse(t, "once for each item", q.TaskDone)
	})
}

func TestQueueThatIsShutDownGivesWhatIsLeft(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](2)
		put(t, q, 1, 2)
		putter := start(ctx, "putter", func(ctx context.Context) error { return q.Put(ctx, 3) })
		settle(ctx)
		q.Shutdown(false)
		require.ErrorIs(t, putter.Wait(ctx), primitives.ErrQueueShutDown)
		require.ErrorIs(t, q.PutNowait(4), primitives.ErrQueueShutDown)
		require.ErrorIs(t, q.Put(ctx, 4), primitives.ErrQueueShutDown)
		var got []int
		for v, err := range q.All(ctx) {
			require.NoError(t, err)
			got = append(got, v)
		}
		require.Equal(t, []int{1, 2}, got)
		_, err := q.GetNowait()
		require.ErrorIs(t, err, primitives.ErrQueueShutDown)
	})
}

func TestQueueThatIsShutDownAtOnceDropsWhatIsLeft(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q, empty primitives.Queue[int]
		getter := async.GoValue(ctx, empty.Get)
		put(t, &q, 1, 2)
		_, err := q.Get(ctx)
		require.NoError(t, err)
		joined := start(ctx, "joiner", q.Join)
		settle(ctx)
		q.Shutdown(true)
		empty.Shutdown(true)
		settle(ctx)
		require.False(t, joined.Done(), "one is still in work")
		q.TaskDone()
		wait(t, ctx, joined)
		_, err = getter.Await(ctx)
		require.ErrorIs(t, err, primitives.ErrQueueShutDown)
		require.True(t, q.Empty())
	})
}

func TestQueueAllEndsWithTheError(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		put(t, &q, 1)
		var j journal
		task := start(ctx, "consumer", func(ctx context.Context) error {
			for v, err := range q.All(ctx) {
				j.add("%d %s", v, text(err))
			}
			return nil
		})
		settle(ctx)
		task.Cancel()
		wait(t, ctx, task)
		require.Equal(t, journal{"1 ok", "0 canceled"}, j)
	})
}

func TestQueueAllMayBeLeft(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		put(t, &q, 1, 2)
		for range q.All(ctx) {
			break
		}
		require.Equal(t, 1, q.Qsize())
	})
}

// What was taken out of a queue can be collected, though the queue is still
// there.
func TestQueueKeepsNothingAliveThatWasTaken(t *testing.T) {
	type item = *[1 << 10]byte
	for name, q := range map[string]*primitives.Queue[item]{
		"fifo":     primitives.NewQueue[item](0),
		"lifo":     primitives.NewLifoQueue[item](0),
		"priority": primitives.NewPriorityQueue(0, func(a, b item) bool { return a[0] < b[0] }),
	} {
		var items []weak.Pointer[[1 << 10]byte]
		for i := range 10 {
			v := &[1 << 10]byte{byte(i)}
			items = append(items, weak.Make(v))
			put(t, q, v)
		}
		require.Len(t, drain(q), 10)
		runtime.GC()
		for _, v := range items {
			require.Nil(t, v.Value(), name)
		}
		runtime.KeepAlive(q)
	}
}

func TestQueueMisuse(t *testing.T) {
	misuse(t, "give the function", func() { primitives.NewPriorityQueue[int](0, nil) })
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](0)
		put(t, q, 1)
		wait(t, ctx, start(ctx, "other", func(context.Context) error {
			misuse(t, "that task alone", func() { _, _ = q.Get(ctx) })
			misuse(t, "that task alone", func() { _ = q.Put(ctx, 1) })
			return nil
		}))
	})
}

func TestQueueTellsItsState(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](1)
		getter := async.GoValue(ctx, q.Get)
		settle(ctx)
		require.Equal(t, "<Queue maxsize=1 getters[1]>", q.String())
		put(t, q, 1)
		putter := start(ctx, "putter", func(ctx context.Context) error { return q.Put(ctx, 2) })
		getters, putters := q.Waiting()
		require.Zero(t, getters+putters)
		wait(t, ctx, putter)
		require.True(t, getter.Done())
		q.Shutdown(false)
		require.Equal(t, "<Queue maxsize=1 queue=[2] tasks=2 shutdown>", q.String())
	})
}

func TestQueueShowsInDeadlockReports(t *testing.T) {
	q := primitives.NewQueue[int](1)
	require.Contains(t, deadlock(t, async.Runner{}, func(ctx context.Context) error {
		_, err := q.Get(ctx)
		return err
	}), "waits for an item of a Queue")
	put(t, q, 1)
	require.Contains(t, deadlock(t, async.Runner{}, q.Join), "waits for the work on a Queue (1 unfinished)")
	require.Contains(t, deadlock(t, async.Runner{}, func(ctx context.Context) error { return q.Put(ctx, 2) }),
		"waits for room in a Queue (maxsize 1)")
}

func TestQueueOfANegativeSizeHasNoBound(t *testing.T) {
	for _, q := range []*primitives.Queue[int]{primitives.NewQueue[int](-1), primitives.NewLifoQueue[int](-1)} {
		require.Equal(t, -1, q.Maxsize())
		for i := range 100 {
			put(t, q, i)
		}
		require.False(t, q.Full())
	}
}

func TestQueuesTellTheirItemsAsTheyKeepThem(t *testing.T) {
	lifo := primitives.NewLifoQueue[int](0)
	least := primitives.NewPriorityQueue(0, func(a, b int) bool { return a < b })
	for _, i := range []int{3, 1, 2} {
		put(t, lifo, i)
		put(t, least, i)
	}
	require.Equal(t, "<LifoQueue maxsize=0 queue=[3 1 2] tasks=3>", lifo.String())
	require.Equal(t, "<PriorityQueue maxsize=0 queue=[1 3 2] tasks=3>", least.String())
	require.Equal(t, "<Queue maxsize=0>", new(primitives.Queue[int]).String())
}

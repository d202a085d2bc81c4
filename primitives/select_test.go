package primitives_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestSelectDoesTheFirstCaseThatItCan(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		empty, full, ready := primitives.NewQueue[int](1), primitives.NewQueue[int](1), primitives.NewQueue[string](0)
		put(t, full, 1)
		put(t, ready, "x", "y")
		var v string
		i, err := primitives.Select(ctx, nil, empty.OnGet(nil), full.OnPut(2), ready.OnGet(&v), empty.OnPut(3))
		require.NoError(t, err)
		require.Equal(t, 3, i)
		require.Equal(t, "x", v)
		require.Equal(t, []int{0, 1, 1}, []int{empty.Qsize(), full.Qsize(), ready.Qsize()})
	})
}

func TestSelectWaitsForAnyOfTheCases(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := primitives.NewQueue[int](1), primitives.NewQueue[int](1)
		put(t, b, 1)
		got := 0
		choose := func() *async.Task[int] {
			task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
				return primitives.Select(ctx, a.OnGet(&got), b.OnPut(2))
			})
			settle(ctx)
			require.False(t, task.Done())
			return task
		}
		first := choose()
		put(t, a, 7)
		i, err := first.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, []int{0, 7}, []int{i, got})

		second := choose()
		drain(b)
		i, err = second.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, i)
		require.Equal(t, []int{2}, drain(b))
	})
}

// The task stands in both lines, but both items come for it in one turn: it
// takes one of them.
func TestSelectDoesOneCaseOnly(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var a, b primitives.Queue[int]
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			return primitives.Select(ctx, a.OnGet(nil), b.OnGet(nil))
		})
		settle(ctx)
		put(t, &b, 1)
		put(t, &a, 1)
		i, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, i, "what woke it")
		require.Equal(t, []int{1, 0}, []int{a.Qsize(), b.Qsize()})
	})
}

func TestSelectStandsInLineWithTheOthers(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var a, b primitives.Queue[int]
		var j journal
		getter := func(name string) {
			start(ctx, name, func(ctx context.Context) error {
				v, err := a.Get(ctx)
				j.add("%s %d", name, v)
				return err
			})
		}
		getter("first")
		start(ctx, "select", func(ctx context.Context) error {
			var v int
			_, err := primitives.Select(ctx, b.OnGet(nil), a.OnGet(&v))
			j.add("select %d", v)
			return err
		})
		getter("last")
		settle(ctx)
		getters, _ := a.Waiting()
		require.Equal(t, 3, getters)
		put(t, &a, 1, 2, 3)
		settle(ctx)
		require.Equal(t, journal{"first 1", "select 2", "last 3"}, j)
	})
}

func TestSelectGivesUpInTime(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		loop := async.RunningLoop(ctx)
		begin := loop.Now()
		long, short, never := primitives.After(3*tick), primitives.After(2*tick), primitives.After(math.MaxInt64)
		i, err := primitives.Select(ctx, q.OnGet(nil), never, long, short)
		require.NoError(t, err)
		require.Equal(t, 3, i)
		require.Equal(t, 2*tick, loop.Now().Sub(begin))
		i, err = primitives.Select(ctx, q.OnGet(nil), short, never, short, long)
		require.NoError(t, err)
		require.Equal(t, 1, i)
		require.Equal(t, 4*tick, loop.Now().Sub(begin))
		getters, _ := q.Waiting()
		require.Zero(t, getters)
	})
}

func TestSelectWithoutTimeDoesNotSuspend(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		q := primitives.NewQueue[int](0)
		other := false
		start(ctx, "other", func(context.Context) error { other = true; return nil })
		for _, want := range []int{1, 0} {
			i, err := primitives.Select(ctx, q.OnGet(nil), primitives.After(0))
			require.NoError(t, err)
			require.Equal(t, want, i)
			put(t, q, 1)
		}
		require.False(t, other)
	})
}

// A queue that others empty again and again does not let the Select forget when
// it began.
func TestSelectKeepsItsTimeWhenOthersTakeItsItems(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		loop := async.RunningLoop(ctx)
		begin := loop.Now()
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			return primitives.Select(ctx, q.OnGet(nil), primitives.After(5*tick))
		})
		for range 4 {
			require.NoError(t, async.Sleep(ctx, tick))
			put(t, &q, 1)
			drain(&q)
		}
		i, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, i)
		require.Equal(t, 5*time.Second, loop.Now().Sub(begin))
	})
}

func TestSelectTellsOfAQueueThatWasShutDown(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var a, b primitives.Queue[int]
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			return primitives.Select(ctx, a.OnGet(nil), b.OnGet(nil))
		})
		settle(ctx)
		b.Shutdown(false)
		err := task.Wait(ctx)
		require.ErrorIs(t, err, primitives.ErrQueueShutDown)
		i, err := primitives.Select(ctx, a.OnGet(nil), b.OnPut(1))
		require.ErrorIs(t, err, primitives.ErrQueueShutDown)
		require.Equal(t, 1, i)
	})
}

func TestSelectThatIsCanceledDoesNothing(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var a, b primitives.Queue[int]
		var which int
		task := start(ctx, "select", func(ctx context.Context) (err error) {
			which, err = primitives.Select(ctx, a.OnGet(nil), b.OnGet(nil), primitives.After(tick))
			return err
		})
		settle(ctx)
		put(t, &a, 1)
		task.Cancel()
		require.ErrorIs(t, task.Wait(ctx), context.Canceled)
		require.Equal(t, -1, which)
		require.Equal(t, 1, a.Qsize())
	})
}

func TestSelectMayHaveManyCases(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		queues := make([]primitives.Queue[int], 9)
		cases := make([]primitives.Case, len(queues))
		for i := range queues {
			cases[i] = queues[i].OnGet(nil)
		}
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) { return primitives.Select(ctx, cases...) })
		settle(ctx)
		put(t, &queues[7], 1)
		i, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 7, i)
	})
}

func TestSelectMisuse(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var q primitives.Queue[int]
		wait(t, ctx, start(ctx, "other", func(context.Context) error {
			misuse(t, "that task alone", func() { _, _ = primitives.Select(ctx, q.OnGet(nil)) })
			return nil
		}))
	})
	var q primitives.Queue[int]
	require.Contains(t, deadlock(t, async.Runner{}, func(ctx context.Context) error {
		_, err := primitives.Select(ctx, q.OnGet(nil))
		return err
	}), "waits for one of the cases of a Select")
}

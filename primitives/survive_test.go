package primitives_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// times is a scene's part, n times.
func times(n int, fn func(ctx context.Context) error) []func(ctx context.Context) error {
	all := make([]func(ctx context.Context) error, n)
	for i := range all {
		all[i] = fn
	}
	return all
}

// A gauge counts who is inside.
type gauge struct{ inside, most int }

func (g *gauge) visit(ctx context.Context) error {
	g.inside++
	g.most = max(g.most, g.inside)
	defer func() { g.inside-- }()
	return async.Yield(ctx)
}

// twice is fn, and at once again.
func twice(fn func(ctx context.Context) error) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if err := fn(ctx); err != nil {
			return err
		}
		return fn(ctx)
	}
}

// later is fn, after two ticks.
func later(fn func(ctx context.Context) error) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if err := async.Sleep(ctx, 2*tick); err != nil {
			return err
		}
		return fn(ctx)
	}
}

func TestLockSurvivesACancellationAnywhere(t *testing.T) {
	sweep(t, func() scene {
		var l primitives.Lock
		var g gauge
		visit := twice(func(ctx context.Context) error { return l.With(ctx, g.visit) })
		return scene{
			victims: times(3, visit),
			others:  times(1, visit),
			check: func(t require.TestingT) {
				require.LessOrEqual(t, g.most, 1)
				require.Zero(t, l.Waiting())
				require.True(t, l.TryAcquire(), "the lock is free")
			},
		}
	})
}

func TestEventSurvivesACancellationAnywhere(t *testing.T) {
	sweep(t, func() scene {
		var e primitives.Event
		return scene{
			victims: times(3, e.Wait),
			others: append(times(2, e.Wait), func(ctx context.Context) error {
				defer e.Set()
				return async.Yield(ctx)
			}),
			check: func(t require.TestingT) { require.Zero(t, e.Waiting()) },
		}
	})
}

// Two items for three who want one: whoever of them is canceled, nobody waits
// while there is one.
func TestConditionSurvivesACancellationAnywhere(t *testing.T) {
	sweep(t, func() scene {
		var c primitives.Condition
		items, got := 0, 0
		take := func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				if err := c.WaitFor(ctx, func() bool { return items > 0 }); err != nil {
					return err
				}
				items--
				got++
				return nil
			})
		}
		give := func(ctx context.Context) error {
			return c.With(ctx, func(ctx context.Context) error {
				items++
				c.Notify(1)
				return async.Yield(ctx)
			})
		}
		return scene{
			victims: times(2, take),
			others:  append(times(1, take), give, give, later(give)),
			lost:    func() bool { return items > 0 && c.Waiting() > 0 },
			check: func(t require.TestingT) {
				require.Equal(t, 3, items+got)
				require.Zero(t, c.Waiting())
				require.True(t, c.TryAcquire(), "the lock is free")
			},
		}
	})
}

func TestSemaphoreSurvivesACancellationAnywhere(t *testing.T) {
	for permits := 1; permits <= 2; permits++ {
		t.Run(fmt.Sprint(permits), func(t *testing.T) {
			sweep(t, func() scene {
				s := primitives.NewBoundedSemaphore(permits)
				var g gauge
				visit := twice(func(ctx context.Context) error { return s.With(ctx, g.visit) })
				return scene{
					victims: times(3, visit),
					others:  times(1, visit),
					check: func(t require.TestingT) {
						require.LessOrEqual(t, g.most, permits)
						require.Zero(t, s.Waiting())
						for range permits {
							require.True(t, s.TryAcquire(), "all permits are back")
						}
						require.False(t, s.TryAcquire(), "there are no more")
					},
				}
			})
		})
	}
}

// Those who are left over when the others have gone on, or were canceled, are
// freed by an Abort.
func TestBarrierSurvivesACancellationAnywhere(t *testing.T) {
	sweep(t, func() scene {
		b := primitives.NewBarrier(2)
		inside, passed := 0, 0
		meet := func(ctx context.Context) error {
			inside++
			defer func() { inside-- }()
			_, err := b.Wait(ctx)
			if err == primitives.ErrBrokenBarrier {
				return nil
			}
			passed++
			return err
		}
		return scene{
			victims: times(3, meet),
			others:  append(times(1, meet), later(b.Abort)),
			lost:    func() bool { return inside != b.Waiting() },
			check: func(t require.TestingT) {
				require.Zero(t, b.Waiting())
				require.True(t, b.Broken())
				require.GreaterOrEqual(t, passed, 2)
			},
		}
	})
}

func TestQueueSurvivesACancellationAnywhere(t *testing.T) {
	for _, size := range []int{0, 1, 2} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			sweep(t, func() scene { return queueScene(primitives.NewQueue[int](size)) })
		})
	}
}

// queueScene has two who put and two who get. What was put is gotten, or left,
// and nobody waits for what is there.
func queueScene(q *primitives.Queue[int]) scene {
	put, got := 0, 0
	putter := func(ctx context.Context) error {
		for i := range 2 {
			if err := q.Put(ctx, i); err != nil {
				return err
			}
			put++
		}
		return nil
	}
	getter := func(ctx context.Context) error {
		for _, err := range q.All(ctx) {
			if err != nil {
				return err
			}
			got++
			q.TaskDone()
		}
		return nil
	}
	return scene{
		victims: []func(ctx context.Context) error{putter, getter},
		others: []func(ctx context.Context) error{getter, putter, later(func(ctx context.Context) error {
			if err := q.Join(ctx); err != nil {
				return err
			}
			q.Shutdown(false)
			return nil
		})},
		lost: func() bool { return lostInQueue(q) },
		check: func(t require.TestingT) {
			require.Equal(t, put, got)
			getters, putters := q.Waiting()
			require.Zero(t, getters+putters+q.Qsize())
		},
	}
}

func lostInQueue(q *primitives.Queue[int]) bool {
	getters, putters := q.Waiting()
	return getters > 0 && !q.Empty() || putters > 0 && !q.Full()
}

// One item for three who get, and room for one of three who put.
func TestQueuePassesOnWhatAWokenTaskCannotTake(t *testing.T) {
	get := func(q *primitives.Queue[int]) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			_, err := q.Get(ctx)
			return err
		}
	}
	put := func(q *primitives.Queue[int]) func(ctx context.Context) error {
		return func(ctx context.Context) error { return q.Put(ctx, 1) }
	}
	play := func(crowd, single func(q *primitives.Queue[int]) func(ctx context.Context) error, q *primitives.Queue[int]) scene {
		tillShutdown := func(ctx context.Context) error {
			if err := crowd(q)(ctx); err != primitives.ErrQueueShutDown {
				return err
			}
			return nil
		}
		shutdown := func(context.Context) error {
			q.Shutdown(false)
			return nil
		}
		return scene{
			victims: times(2, tillShutdown),
			others:  []func(ctx context.Context) error{tillShutdown, single(q), later(shutdown)},
			lost:    func() bool { return lostInQueue(q) },
			check:   func(require.TestingT) {},
		}
	}
	t.Run("item", func(t *testing.T) {
		sweep(t, func() scene { return play(get, put, primitives.NewQueue[int](0)) })
	})
	t.Run("room", func(t *testing.T) {
		sweep(t, func() scene {
			q := primitives.NewQueue[int](1)
			_ = q.PutNowait(0)
			return play(put, get, q)
		})
	})
}

func TestSelectSurvivesACancellationAnywhere(t *testing.T) {
	sweep(t, func() scene {
		a, b, c := primitives.NewQueue[int](1), primitives.NewQueue[int](1), primitives.NewQueue[int](1)
		queues := []*primitives.Queue[int]{a, b, c}
		got, put := 0, 0
		choose := func(ctx context.Context) error {
			for range 2 {
				i, err := primitives.Select(ctx, a.OnGet(nil), b.OnGet(nil), c.OnPut(1), primitives.After(3*tick))
				if err != nil {
					return err
				}
				if i < 2 {
					got++
				}
				if i == 2 {
					put++
				}
			}
			return nil
		}
		feed := func(q *primitives.Queue[int]) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				if err := async.Yield(ctx); err != nil {
					return err
				}
				return q.PutNowait(0)
			}
		}
		return scene{
			victims: times(2, choose),
			others:  []func(ctx context.Context) error{choose, feed(a), feed(b)},
			lost:    func() bool { return slices.ContainsFunc(queues, lostInQueue) },
			check: func(t require.TestingT) {
				require.Equal(t, 2, got+a.Qsize()+b.Qsize())
				require.Equal(t, put, c.Qsize())
				for _, q := range queues {
					getters, putters := q.Waiting()
					require.Zero(t, getters+putters)
				}
			},
		}
	})
}

func TestRWLockSurvivesACancellationAnywhere(t *testing.T) {
	for _, order := range []string{"rwr", "rwrw", "wrwr", "wwr", "rrwr"} {
		t.Run(order, func(t *testing.T) {
			sweep(t, func() scene { return rwScene(order) })
		})
	}
}

// rwScene has a reader or a writer for each letter.
func rwScene(order string) scene {
	var l primitives.RWLock
	var readers, writers gauge
	visit := map[rune]func(ctx context.Context) error{
		'r': func(ctx context.Context) error {
			return l.WithRead(ctx, func(ctx context.Context) error {
				if writers.inside > 0 {
					panic("a reader beside a writer")
				}
				return readers.visit(ctx)
			})
		},
		'w': func(ctx context.Context) error {
			return l.With(ctx, func(ctx context.Context) error {
				if readers.inside > 0 {
					panic("a writer beside a reader")
				}
				return writers.visit(ctx)
			})
		},
	}
	sc := scene{check: func(t require.TestingT) {
		require.LessOrEqual(t, writers.most, 1)
		require.False(t, l.Locked())
		require.True(t, l.TryAcquire(), "the lock is free")
	}}
	for _, r := range order {
		sc.victims = append(sc.victims, visit[r])
	}
	return sc
}

func TestCapacityLimiterSurvivesACancellationAnywhere(t *testing.T) {
	for total := 1; total <= 2; total++ {
		t.Run(fmt.Sprint(total), func(t *testing.T) {
			sweep(t, func() scene {
				l := primitives.NewCapacityLimiter(total)
				var g gauge
				visit := twice(func(ctx context.Context) error { return l.With(ctx, g.visit) })
				return scene{
					victims: times(3, visit),
					others:  times(1, visit),
					check: func(t require.TestingT) {
						require.LessOrEqual(t, g.most, total)
						require.Zero(t, l.Borrowed()+l.Waiting())
					},
				}
			})
		})
	}
}

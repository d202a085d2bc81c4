package primitives_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// locker is what locks and semaphores have in common, dumb or not.
type locker interface {
	Acquire(ctx context.Context) error
	TryAcquire() bool
	Release()
	Locked() bool
	Waiting() int
}

func lockerActs(l locker, mayRelease func() bool) []act {
	release := func() { // also what another task acquired
		if mayRelease() {
			l.Release()
		}
	}
	return []act{
		func(ctx context.Context, _ int) (string, error) { return "acquire", l.Acquire(ctx) },
		func(ctx context.Context, _ int) (string, error) { return "acquire", l.Acquire(ctx) },
		func(context.Context, int) (string, error) { release(); return "release", nil },
		func(ctx context.Context, v int) (string, error) {
			if err := l.Acquire(ctx); err != nil {
				return "hold", err
			}
			defer release()
			return "hold", async.Sleep(ctx, time.Duration(v)*tick)
		},
		func(context.Context, int) (string, error) { return fmt.Sprintf("try %v", l.TryAcquire()), nil },
		func(context.Context, int) (string, error) {
			return fmt.Sprintf("locked %v waiting %d", l.Locked(), l.Waiting()), nil
		},
	}
}

func TestLockDoesAsTheDumbLock(t *testing.T) {
	of := func(l locker) []act { return lockerActs(l, l.Locked) }
	alike(t,
		func() []act { return of(new(primitives.Lock)) },
		func() []act { return of(new(dumbLock)) })
}

func TestSemaphoreDoesAsTheDumbSemaphore(t *testing.T) {
	always := func() bool { return true }
	alike(t,
		func() []act { return lockerActs(primitives.NewSemaphore(2), always) },
		func() []act { return lockerActs(&dumbSemaphore{value: 2}, always) })
}

func TestEventDoesAsTheDumbEvent(t *testing.T) {
	type event interface {
		Wait(ctx context.Context) error
		Set()
		Clear()
		IsSet() bool
		Waiting() int
	}
	acts := func(e event) []act {
		return []act{
			func(ctx context.Context, _ int) (string, error) { return "wait", e.Wait(ctx) },
			func(ctx context.Context, _ int) (string, error) { return "wait", e.Wait(ctx) },
			func(context.Context, int) (string, error) { e.Set(); return "set", nil },
			func(context.Context, int) (string, error) { e.Clear(); return "clear", nil },
			func(context.Context, int) (string, error) {
				return fmt.Sprintf("set %v waiting %d", e.IsSet(), e.Waiting()), nil
			},
		}
	}
	alike(t,
		func() []act { return acts(new(primitives.Event)) },
		func() []act { return acts(new(dumbEvent)) })
}

func TestConditionDoesAsTheDumbCondition(t *testing.T) {
	type condition interface {
		locker
		Wait(ctx context.Context) error
		Notify(n int)
		NotifyAll()
	}
	acts := func(c condition) []act {
		held := func(what string, f func(ctx context.Context, v int) error) act {
			return func(ctx context.Context, v int) (string, error) {
				if err := c.Acquire(ctx); err != nil {
					return what, err
				}
				defer c.Release()
				return what, f(ctx, v)
			}
		}
		return []act{
			held("wait", func(ctx context.Context, _ int) error { return c.Wait(ctx) }),
			held("wait", func(ctx context.Context, _ int) error { return c.Wait(ctx) }),
			held("wait and sleep", func(ctx context.Context, v int) error {
				if err := c.Wait(ctx); err != nil {
					return err
				}
				return async.Sleep(ctx, time.Duration(v)*tick)
			}),
			held("notify", func(ctx context.Context, v int) error { c.Notify(v); return async.Yield(ctx) }),
			held("notify all", func(context.Context, int) error { c.NotifyAll(); return nil }),
			held("hold", func(ctx context.Context, v int) error { return async.Sleep(ctx, time.Duration(v)*tick) }),
			func(context.Context, int) (string, error) {
				return fmt.Sprintf("locked %v waiting %d", c.Locked(), c.Waiting()), nil
			},
		}
	}
	alike(t,
		func() []act { return acts(new(primitives.Condition)) },
		func() []act { return acts(new(dumbCondition)) })
}

func TestBarrierDoesAsTheDumbBarrier(t *testing.T) {
	type barrier interface {
		Wait(ctx context.Context) (int, error)
		Reset(ctx context.Context) error
		Abort(ctx context.Context) error
		Broken() bool
		Waiting() int
	}
	acts := func(b barrier) []act {
		wait := func(ctx context.Context, _ int) (string, error) {
			i, err := b.Wait(ctx)
			return fmt.Sprint("wait ", i), err
		}
		return []act{
			wait, wait, wait, wait, wait,
			func(ctx context.Context, _ int) (string, error) { return "reset", b.Reset(ctx) },
			func(ctx context.Context, _ int) (string, error) { return "abort", b.Abort(ctx) },
			func(context.Context, int) (string, error) {
				return fmt.Sprintf("broken %v waiting %d", b.Broken(), b.Waiting()), nil
			},
		}
	}
	alike(t,
		func() []act { return acts(primitives.NewBarrier(2)) },
		func() []act { return acts(&dumbBarrier{parties: 2, state: "filling"}) })
}

// queue is what queues have in common, dumb or not.
type queue interface {
	Put(ctx context.Context, v int) error
	Get(ctx context.Context) (int, error)
	PutNowait(v int) error
	GetNowait() (int, error)
	TaskDone()
	Join(ctx context.Context) error
	Shutdown(immediate bool)
	Qsize() int
	Waiting() (getters, putters int)
}

func queueActs(q queue, unfinished func() int) []act {
	put := func(ctx context.Context, v int) (string, error) { return fmt.Sprint("put ", v), q.Put(ctx, v) }
	get := func(ctx context.Context, _ int) (string, error) {
		v, err := q.Get(ctx)
		return fmt.Sprint("get ", v), err
	}
	return []act{
		put, put, put, put, put, get, get, get, get, get,
		func(_ context.Context, v int) (string, error) { return "put at once", q.PutNowait(v) },
		func(context.Context, int) (string, error) {
			v, err := q.GetNowait()
			return fmt.Sprint("get at once ", v), err
		},
		func(context.Context, int) (string, error) {
			if unfinished() == 0 {
				return "nothing is unfinished", nil
			}
			q.TaskDone()
			return "done", nil
		},
		func(ctx context.Context, _ int) (string, error) { return "join", q.Join(ctx) },
		func(_ context.Context, v int) (string, error) {
			if v > 1 {
				return "no shutdown", nil
			}
			q.Shutdown(v == 1)
			return "shutdown", nil
		},
		func(context.Context, int) (string, error) {
			getters, putters := q.Waiting()
			return fmt.Sprintf("size %d, %d and %d wait", q.Qsize(), getters, putters), nil
		},
	}
}

// The orders of queues.
var (
	fifoOrder  = func(items []int, v int) []int { return append(items, v) }
	lifoOrder  = func(items []int, v int) []int { return slices.Insert(items, 0, v) }
	leastOrder = func(items []int, v int) []int {
		i := slices.IndexFunc(items, func(other int) bool { return less(v, other) })
		if i < 0 {
			i = len(items)
		}
		return slices.Insert(items, i, v)
	}
)

// less leaves many items equal, so that their order shows.
func less(a, b int) bool { return a/2 < b/2 }

func TestQueuesDoAsTheDumbQueue(t *testing.T) {
	for _, q := range []struct {
		name   string
		ours   func() *primitives.Queue[int]
		max    int
		insert func(items []int, v int) []int
	}{
		{"unbounded", func() *primitives.Queue[int] { return new(primitives.Queue[int]) }, 0, fifoOrder},
		{"one", func() *primitives.Queue[int] { return primitives.NewQueue[int](1) }, 1, fifoOrder},
		{"lifo", func() *primitives.Queue[int] { return primitives.NewLifoQueue[int](2) }, 2, lifoOrder},
		{"priority", func() *primitives.Queue[int] { return primitives.NewPriorityQueue(2, less) }, 2, leastOrder},
	} {
		t.Run(q.name, func(t *testing.T) {
			alike(t,
				func() []act {
					ours := q.ours()
					return queueActs(ours, func() int { return unfinished(ours) })
				},
				func() []act {
					dumb := &dumbQueue{maxsize: q.max, insert: q.insert}
					return queueActs(dumb, func() int { return dumb.unfinished })
				})
		})
	}
}

// unfinished is the number of TaskDone that a queue waits for.
func unfinished(q *primitives.Queue[int]) (n int) {
	_, after, ok := strings.Cut(q.String(), "tasks=")
	if ok {
		_, _ = fmt.Sscan(after, &n)
	}
	return n
}

// Select stands in two queues, with others that put and get there alone.
func TestSelectDoesAsTheDumbSelect(t *testing.T) {
	acts := func(a, b queue, choose func(ctx context.Context, v int, d time.Duration) (i, got int, err error)) []act {
		sel := func(ctx context.Context, v int) (string, error) {
			i, got, err := choose(ctx, v, time.Duration(v)*tick)
			return fmt.Sprintf("select %d, item %d", i, got), err
		}
		zero := func() int { return 0 }
		all := append(queueActs(a, zero), queueActs(b, zero)...)
		for range len(all) / 2 {
			all = append(all, sel)
		}
		return all
	}
	alike(t,
		func() []act {
			a, b := primitives.NewQueue[int](1), primitives.NewQueue[int](1)
			return acts(a, b, func(ctx context.Context, v int, d time.Duration) (i, got int, err error) {
				i, err = primitives.Select(ctx, a.OnGet(&got), b.OnPut(v), primitives.After(d))
				return i, got, err
			})
		},
		func() []act {
			a, b := &dumbQueue{maxsize: 1, insert: fifoOrder}, &dumbQueue{maxsize: 1, insert: fifoOrder}
			return acts(a, b, func(ctx context.Context, v int, d time.Duration) (i, got int, err error) {
				i, err = dumbSelect(ctx, a, &got, b, v, d)
				return i, got, err
			})
		})
}

func TestRWLockDoesAsTheDumbRWLock(t *testing.T) {
	type rwLock interface {
		Acquire(ctx context.Context) error
		AcquireRead(ctx context.Context) error
		TryAcquire() bool
		TryAcquireRead() bool
		Release()
		ReleaseRead()
		Locked() bool
		Waiting() (readers, writers int)
	}
	acts := func(l rwLock) []act {
		hold := func(what string, acquire func(ctx context.Context) error, release func()) act {
			return func(ctx context.Context, v int) (string, error) {
				if err := acquire(ctx); err != nil {
					return what, err
				}
				defer release()
				return what, async.Sleep(ctx, time.Duration(v)*tick)
			}
		}
		return []act{
			hold("write", l.Acquire, l.Release),
			hold("write", l.Acquire, l.Release),
			hold("read", l.AcquireRead, l.ReleaseRead),
			hold("read", l.AcquireRead, l.ReleaseRead),
			func(context.Context, int) (string, error) {
				ok := l.TryAcquire()
				if ok {
					l.Release()
				}
				return fmt.Sprintf("try to write %v", ok), nil
			},
			func(context.Context, int) (string, error) {
				ok := l.TryAcquireRead()
				if ok {
					l.ReleaseRead()
				}
				return fmt.Sprintf("try to read %v", ok), nil
			},
			func(context.Context, int) (string, error) {
				readers, writers := l.Waiting()
				return fmt.Sprintf("locked %v, %d and %d wait", l.Locked(), readers, writers), nil
			},
		}
	}
	alike(t,
		func() []act { return acts(new(primitives.RWLock)) },
		func() []act { return acts(new(dumbRWLock)) })
}

func TestCapacityLimiterDoesAsTheDumbLimiter(t *testing.T) {
	type limiter interface {
		AcquireFor(ctx context.Context, borrower any) error
		ReleaseFor(borrower any)
		SetTotal(total int)
		Locked() bool
		Borrowed() int
		Waiting() int
	}
	acts := func(l limiter) []act {
		borrowers := 0
		hold := func(ctx context.Context, v int) (string, error) {
			borrowers++
			me := borrowers
			if err := l.AcquireFor(ctx, me); err != nil {
				return "hold", err
			}
			defer l.ReleaseFor(me)
			return "hold", async.Sleep(ctx, time.Duration(v)*tick)
		}
		return []act{
			hold, hold, hold,
			func(_ context.Context, v int) (string, error) { l.SetTotal(1 + v); return "set total", nil },
			func(context.Context, int) (string, error) {
				return fmt.Sprintf("locked %v, %d lent, %d wait", l.Locked(), l.Borrowed(), l.Waiting()), nil
			},
		}
	}
	alike(t,
		func() []act { return acts(primitives.NewCapacityLimiter(2)) },
		func() []act { return acts(&dumbLimiter{total: 2}) })
}

package asynctest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// exploreTasks runs tasks in many orders, with cancellations everywhere, and
// checks what they leave behind when all are blocked, and again when those that
// still wait were canceled.
func exploreTasks(t *testing.T, setUp func(t testing.TB) (tasks []func(ctx context.Context) error, idle, over func(ctx context.Context))) {
	t.Helper()
	schedules := 3000
	if testing.Short() {
		schedules = 300
	}
	asynctest.Explorer{Cancel: true, Schedules: schedules}.Explore(t, func(t testing.TB, ctx context.Context) {
		fns, idle, over := setUp(t)
		var tasks []*async.Task[async.Void]
		for _, fn := range fns {
			tasks = append(tasks, async.Go(ctx, fn))
		}
		require.NoError(t, asynctest.Advance(ctx, time.Hour))
		if idle != nil {
			idle(ctx)
		}
		for _, task := range tasks {
			task.Cancel()
		}
		wait(ctx, tasks...)
		if over != nil {
			over(ctx)
		}
	})
}

func TestCheckLockPassesTheLocksOfThisProject(t *testing.T) {
	for name, makeLock := range map[string]func() asynctest.Locker{
		"Lock":            func() asynctest.Locker { return new(primitives.Lock) },
		"RWLock":          func() asynctest.Locker { return new(primitives.RWLock) },
		"Condition":       func() asynctest.Locker { return new(primitives.Condition) },
		"Semaphore":       func() asynctest.Locker { return primitives.NewSemaphore(1) },
		"CapacityLimiter": func() asynctest.Locker { return primitives.NewCapacityLimiter(1) },
	} {
		t.Run(name, func(t *testing.T) { asynctest.CheckLock(t, makeLock) })
	}
	for name, makeLock := range map[string]func() asynctest.Locker{
		"Semaphore":        func() asynctest.Locker { return primitives.NewSemaphore(2) },
		"BoundedSemaphore": func() asynctest.Locker { return primitives.NewBoundedSemaphore(2) },
	} {
		t.Run(name+" of two", func(t *testing.T) { asynctest.CheckSemaphore(t, 2, makeLock) })
	}
}

func TestCheckQueuePassesTheQueuesOfThisProject(t *testing.T) {
	for _, size := range []int{0, 1, 2} {
		asynctest.CheckQueue(t, size, func() asynctest.Queuer { return primitives.NewQueue[int](size) })
		asynctest.CheckQueue(t, size, func() asynctest.Queuer {
			return primitives.NewPriorityQueue(size, func(a, b int) bool { return a < b })
		})
	}
}

func TestRWLockKeepsReadersAndWritersApartUnderExplore(t *testing.T) {
	exploreTasks(t, func(t testing.TB) ([]func(ctx context.Context) error, func(ctx context.Context), func(ctx context.Context)) {
		var lock primitives.RWLock
		readers, writers := 0, 0
		read := func(ctx context.Context) error {
			return lock.WithRead(ctx, func(ctx context.Context) error {
				readers++
				defer func() { readers-- }()
				require.Zero(t, writers)
				return async.Yield(ctx)
			})
		}
		write := func(ctx context.Context) error {
			return lock.With(ctx, func(ctx context.Context) error {
				writers++
				defer func() { writers-- }()
				require.True(t, readers == 0 && writers == 1)
				return async.Yield(ctx)
			})
		}
		idle := func(context.Context) { require.False(t, lock.Locked()) }
		return []func(ctx context.Context) error{read, write, read, write}, idle, idle
	})
}

func TestEventWakesAllUnderExplore(t *testing.T) {
	exploreTasks(t, func(t testing.TB) ([]func(ctx context.Context) error, func(ctx context.Context), func(ctx context.Context)) {
		var event primitives.Event
		set := func(ctx context.Context) error {
			defer event.Set()
			return async.Yield(ctx)
		}
		idle := func(context.Context) { require.Equal(t, !event.IsSet(), event.Waiting() > 0) }
		return []func(ctx context.Context) error{event.Wait, event.Wait, set}, func(ctx context.Context) {
			if event.IsSet() {
				idle(ctx)
			}
		}, nil
	})
}

func TestConditionLosesNoNotificationUnderExplore(t *testing.T) {
	exploreTasks(t, func(t testing.TB) ([]func(ctx context.Context) error, func(ctx context.Context), func(ctx context.Context)) {
		var cond primitives.Condition
		items, waiting := 0, 0
		consume := func(ctx context.Context) error {
			return cond.With(ctx, func(ctx context.Context) error {
				waiting++
				defer func() { waiting-- }()
				for items == 0 {
					if err := cond.Wait(ctx); err != nil {
						require.True(t, cond.Locked(), "it is reacquired also after a cancellation")
						return err
					}
				}
				items--
				return nil
			})
		}
		produce := func(ctx context.Context) error {
			return cond.With(ctx, func(ctx context.Context) error {
				items++
				cond.Notify(1)
				_ = async.Yield(ctx)
				return nil
			})
		}
		idle := func(context.Context) {
			require.False(t, cond.Locked())
			require.False(t, items > 0 && waiting > 0, "a notification was lost")
		}
		return []func(ctx context.Context) error{consume, consume, produce, produce}, idle, idle
	})
}

func TestBarrierLetsWholePartiesThroughUnderExplore(t *testing.T) {
	exploreTasks(t, func(t testing.TB) ([]func(ctx context.Context) error, func(ctx context.Context), func(ctx context.Context)) {
		barrier := primitives.NewBarrier(2)
		waiting := 0
		cross := func(ctx context.Context) error {
			for range 2 {
				waiting++
				index, err := barrier.Wait(ctx)
				waiting--
				if err != nil {
					require.True(t, async.IsCanceled(err) || errors.Is(err, primitives.ErrBrokenBarrier))
					return err
				}
				require.Contains(t, []int{0, 1}, index)
			}
			return nil
		}
		idle := func(context.Context) { require.Less(t, waiting, 2, "a party is complete and waits") }
		return []func(ctx context.Context) error{cross, cross, cross}, idle, func(context.Context) { require.Zero(t, barrier.Waiting()) }
	})
}

func TestQueueJoinWaitsForAllItemsUnderExplore(t *testing.T) {
	exploreTasks(t, func(t testing.TB) ([]func(ctx context.Context) error, func(ctx context.Context), func(ctx context.Context)) {
		queue := primitives.NewQueue[int](1)
		put, done, joined := 0, 0, false
		produce := func(ctx context.Context) error {
			for n := range 3 {
				if err := queue.Put(ctx, n); err != nil {
					return err
				}
				put++
			}
			err := queue.Join(ctx)
			if err == nil {
				require.Equal(t, put, done)
				joined = true
			}
			return err
		}
		consume := func(ctx context.Context) error {
			for {
				if _, err := queue.Get(ctx); err != nil {
					return err
				}
				_ = async.Yield(ctx)
				done++
				queue.TaskDone()
			}
		}
		return []func(ctx context.Context) error{produce, consume, consume}, func(context.Context) { _ = joined }, nil
	})
}

func TestQueueShutdownEndsAllWaitsUnderExplore(t *testing.T) {
	for _, immediate := range []bool{false, true} {
		exploreTasks(t, func(t testing.TB) ([]func(ctx context.Context) error, func(ctx context.Context), func(ctx context.Context)) {
			queue := primitives.NewQueue[int](1)
			over := 0
			produce := func(ctx context.Context) error {
				defer func() { over++ }()
				for n := range 3 {
					if err := queue.Put(ctx, n); err != nil {
						require.True(t, async.IsCanceled(err) || errors.Is(err, primitives.ErrQueueShutDown))
						break
					}
				}
				return nil
			}
			consume := func(ctx context.Context) error {
				defer func() { over++ }()
				for _, err := range queue.All(ctx) {
					if err != nil {
						require.True(t, async.IsCanceled(err))
						return err
					}
				}
				return nil
			}
			shut := func(ctx context.Context) error {
				defer queue.Shutdown(immediate)
				return async.Yield(ctx)
			}
			idle := func(context.Context) {
				putters := 0
				if over < 2 {
					_, putters = queue.Waiting()
				}
				require.Zero(t, putters, "waits for room in a queue that was shut down")
			}
			return []func(ctx context.Context) error{produce, consume, shut}, func(ctx context.Context) {
				if _, err := queue.GetNowait(); errors.Is(err, primitives.ErrQueueShutDown) {
					idle(ctx)
				}
			}, nil
		})
	}
}

func TestSelectCommitsOneCaseUnderExplore(t *testing.T) {
	exploreTasks(t, func(t testing.TB) ([]func(ctx context.Context) error, func(ctx context.Context), func(ctx context.Context)) {
		a, b := primitives.NewQueue[int](1), primitives.NewQueue[int](1)
		put, got := 0, 0
		produce := func(q *primitives.Queue[int]) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				for range 2 {
					if err := q.Put(ctx, 1); err != nil {
						return err
					}
					put++
				}
				return nil
			}
		}
		choose := func(ctx context.Context) error {
			for range 2 {
				var v int
				if _, err := primitives.Select(ctx, a.OnGet(&v), b.OnGet(&v)); err != nil {
					return err
				}
				got++
			}
			return nil
		}
		return []func(ctx context.Context) error{produce(a), produce(b), choose, choose}, nil, func(context.Context) {
			require.Equal(t, put, got+a.Qsize()+b.Qsize(), "an item was lost, or came twice")
		}
	})
}

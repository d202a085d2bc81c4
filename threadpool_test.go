package async_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// occupy lets n functions of the pool block until the function it returns is
// called.
func occupy(t *testing.T, pool *async.ThreadPool, n int) (release func()) {
	t.Helper()
	var began sync.WaitGroup
	began.Add(n)
	blocked := make(chan struct{})
	for range n {
		require.NoError(t, pool.Execute(t.Context(), func(context.Context) {
			began.Done()
			<-blocked
		}))
	}
	began.Wait()
	return sync.OnceFunc(func() { close(blocked) })
}

// workers is the number of goroutines of all pools there are.
func workers() int {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	return strings.Count(string(stacks), "pool.(*worker).run(")
}

func nothing(context.Context) (async.Void, error) { return async.Void{}, nil }

func TestThreadPoolRunsNoMoreThanItsWorkersAtATime(t *testing.T) {
	pool := async.ThreadPool{Workers: 3}
	var running, most, ran atomic.Int32
	for range 200 {
		require.NoError(t, pool.Execute(t.Context(), func(context.Context) {
			now := running.Add(1)
			for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
			}
			runtime.Gosched()
			running.Add(-1)
			ran.Add(1)
		}))
	}
	require.NoError(t, pool.Shutdown(t.Context()))
	require.EqualValues(t, 200, ran.Load())
	require.LessOrEqual(t, most.Load(), int32(3))
}

func TestThreadPoolBoundHoldsForSeveralLoops(t *testing.T) {
	pool := async.ThreadPool{Workers: 2}
	release := occupy(t, &pool, 2)
	var began atomic.Int32
	var loops sync.WaitGroup
	for range 2 {
		loops.Go(func() {
			err := async.Run(context.Background(), func(ctx context.Context) error {
				queued := async.RunInExecutor(ctx, &pool, func(context.Context) (int32, error) { return began.Add(1), nil })
				if err := async.ToThread(ctx, func(context.Context) error { return nil }); err != nil {
					return err
				}
				if queued.Done() || began.Load() > 0 {
					return errors.New("a third function began")
				}
				queued.Cancel()
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	loops.Wait()
	release()
	require.NoError(t, pool.Shutdown(t.Context()))
}

func TestThreadPoolQueueIsFirstInFirstOut(t *testing.T) {
	pool := async.ThreadPool{Workers: 1}
	release := occupy(t, &pool, 1)
	var order []int // of the one worker
	for i := range 10 {
		require.NoError(t, pool.Execute(t.Context(), func(context.Context) { order = append(order, i) }))
	}
	release()
	require.NoError(t, pool.Shutdown(t.Context()))
	require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, order)
}

func TestThreadPoolReusesItsGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var pool async.ThreadPool
		for range 100 {
			require.NoError(t, pool.Execute(t.Context(), func(context.Context) {}))
			synctest.Wait() // until it is idle
		}
		require.Equal(t, 1, workers())
		require.NoError(t, pool.Shutdown(t.Context()))
	})
}

func TestThreadPoolIdleGoroutinesEndAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var pool async.ThreadPool
		occupy(t, &pool, 10)()
		synctest.Wait()
		require.Equal(t, 10, workers())
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Equal(t, 0, workers())

		occupy(t, &pool, 2)()
		synctest.Wait()
		require.Equal(t, 2, workers(), "a pool all of whose goroutines have ended starts anew")
		require.NoError(t, pool.Shutdown(t.Context()))
	})
}

func TestThreadPoolIdleGoroutineThatIsUsedStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var pool async.ThreadPool
		occupy(t, &pool, 10)()
		for range 60 {
			require.NoError(t, pool.Execute(t.Context(), func(context.Context) {}))
			time.Sleep(time.Second)
		}
		synctest.Wait()
		require.Equal(t, 1, workers())
		require.NoError(t, pool.Shutdown(t.Context()))
	})
}

func TestThreadPoolShutdownWaitsForWhatIsQueued(t *testing.T) {
	pool := async.ThreadPool{Workers: 1}
	release := occupy(t, &pool, 1)
	var ran atomic.Int32
	asynctest.Run(t, func(ctx context.Context) {
		queued := async.RunInExecutor(ctx, &pool, func(context.Context) (int32, error) { return ran.Add(1), nil })
		ending := async.Go(ctx, pool.Shutdown)
		_ = async.Yield(ctx)
		require.False(t, ending.Done())
		release()
		require.NoError(t, ending.Wait(ctx))
		require.EqualValues(t, 1, ran.Load())
		require.NoError(t, queued.Wait(ctx))
		require.ErrorIs(t, async.RunInExecutor(ctx, &pool, nothing).Wait(ctx), async.ErrExecutorShutDown)
		require.NoError(t, pool.Shutdown(ctx), "a second Shutdown finds the pool ended")
	})
}

func TestThreadPoolShutdownNowCancelsWhatIsQueued(t *testing.T) {
	pool := async.ThreadPool{Workers: 1}
	asynctest.Run(t, func(ctx context.Context) {
		began, release := make(chan struct{}), make(chan struct{})
		running := async.RunInExecutor(ctx, &pool, func(context.Context) (int, error) {
			close(began)
			<-release
			return 1, nil
		})
		queued := async.RunInExecutor(ctx, &pool, func(context.Context) (int, error) { return 2, errors.New("it ran") })
		dropped := make(chan error, 1)
		require.NoError(t, pool.Execute(ctx, func(ctx context.Context) { dropped <- context.Cause(ctx) }))
		<-began
		ending := async.Go(ctx, pool.ShutdownNow)
		_ = async.Yield(ctx)
		require.Equal(t, async.ErrExecutorShutDown, <-dropped)
		close(release)
		v, err := running.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, v)
		err = queued.Wait(ctx)
		require.ErrorIs(t, err, async.ErrExecutorShutDown)
		require.True(t, queued.Canceled())
		require.NoError(t, ending.Wait(ctx))
	})
}

func TestThreadPoolShutdownThatIsCanceledReturns(t *testing.T) {
	var pool async.ThreadPool
	release := occupy(t, &pool, 1)
	asynctest.Run(t, func(ctx context.Context) {
		ending := async.Go(ctx, pool.Shutdown)
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		ending.Cancel()
		require.True(t, async.IsCanceled(ending.Wait(ctx)))
	})
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("no time"))
	require.EqualError(t, pool.Shutdown(ctx), "no time")
	release()
	require.NoError(t, pool.Shutdown(context.Background()))
}

func TestThreadPoolShutdownInsideOfItselfPanics(t *testing.T) {
	pool := async.ThreadPool{Workers: 1}
	said := make(chan any, 2)
	shutdown := func(ctx context.Context) {
		defer func() { said <- recover() }()
		_ = pool.Shutdown(ctx)
	}
	asynctest.Run(t, func(ctx context.Context) {
		require.NoError(t, pool.Execute(t.Context(), shutdown))
		require.NoError(t, async.RunInExecutor(ctx, &pool, func(ctx context.Context) (async.Void, error) {
			shutdown(ctx)
			return async.Void{}, nil
		}).Wait(ctx))
		require.NoError(t, pool.Shutdown(ctx))
	})
	for range 2 {
		require.Contains(t, <-said, "async: Shutdown of a ThreadPool in a function that it runs")
	}
}

func TestThreadPoolQueuedFunctionDoesNotBeginOnceItIsCanceled(t *testing.T) {
	pool := &async.ThreadPool{Workers: 1}
	r := async.Runner{Executor: pool}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		release := occupy(t, pool, 1)
		never := func(context.Context) error { return errors.New("it ran") }
		task := async.Go(ctx, func(ctx context.Context) error { return async.ToThread(ctx, never) })
		future := async.RunInExecutor(ctx, nil, func(ctx context.Context) (async.Void, error) { return async.Void{}, never(ctx) })
		if err := async.Yield(ctx); err != nil {
			return err
		}
		task.Cancel()
		future.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		require.True(t, async.IsCanceled(future.Wait(ctx)))
		release()
		return nil
	}))
	require.NoError(t, r.Close())
}

// Functions that wait, in one way or another, for a function of their own full
// pool.
var waysToWaitInside = map[string]func(ctx context.Context, pool *async.ThreadPool, portal *async.Portal) (int, error){
	"a loop of its own": func(ctx context.Context, pool *async.ThreadPool, _ *async.Portal) (int, error) {
		return async.RunValue(ctx, func(ctx context.Context) (int, error) {
			return async.RunInExecutor(ctx, pool, func(context.Context) (int, error) { return 42, nil }).Await(ctx)
		})
	},
	"the loop": func(ctx context.Context, pool *async.ThreadPool, portal *async.Portal) (int, error) {
		return async.Submit(portal, func(ctx context.Context) (int, error) {
			return async.RunInExecutor(ctx, pool, func(context.Context) (int, error) { return 42, nil }).Await(ctx)
		}).Wait(ctx)
	},
	"the loop, twice": func(ctx context.Context, pool *async.ThreadPool, portal *async.Portal) (int, error) {
		return async.Submit(portal, func(ctx context.Context) (int, error) {
			return async.RunInExecutor(ctx, pool, func(ctx context.Context) (int, error) {
				return async.Submit(portal, func(ctx context.Context) (int, error) {
					if err := async.Yield(ctx); err != nil {
						return 0, err
					}
					return async.RunInExecutor(ctx, pool, func(context.Context) (int, error) { return 42, nil }).Await(ctx)
				}).Wait(ctx)
			}).Await(ctx)
		}).Wait(ctx)
	},
	"Execute": func(ctx context.Context, pool *async.ThreadPool, _ *async.Portal) (int, error) {
		answer := make(chan int)
		err := pool.Execute(ctx, func(ctx context.Context) {
			_ = pool.Execute(ctx, func(context.Context) { answer <- 42 })
		})
		return <-answer, err
	},
}

func TestThreadPoolFunctionMayWaitForItsOwnFullPool(t *testing.T) {
	for name, wait := range waysToWaitInside {
		t.Run(name, func(t *testing.T) {
			for _, r := range []async.Runner{{}, {Clock: asynctest.NewClock()}} {
				pool := &async.ThreadPool{Workers: 1}
				require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
					portal := async.RunningLoop(ctx).Portal()
					defer portal.Close()
					for range 3 {
						v, err := async.RunInExecutor(ctx, pool, func(ctx context.Context) (int, error) { return wait(ctx, pool, portal) }).Await(ctx)
						require.NoError(t, err)
						require.Equal(t, 42, v)
					}
					return pool.Shutdown(ctx)
				}))
				require.NoError(t, r.Close())
			}
		})
	}
}

func TestThreadPoolBoundHoldsAgainAfterFunctionsWaitedInside(t *testing.T) {
	pool := &async.ThreadPool{Workers: 1}
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		_, err := async.RunInExecutor(ctx, pool, func(ctx context.Context) (int, error) {
			return waysToWaitInside["a loop of its own"](ctx, pool, nil)
		}).Await(ctx)
		require.NoError(t, err)
		release := occupy(t, pool, 1)
		queued := async.RunInExecutor(ctx, pool, nothing)
		require.NoError(t, async.ToThread(ctx, func(context.Context) error { return nil }))
		require.False(t, queued.Done())
		release()
		return errors.Join(queued.Wait(ctx), pool.Shutdown(ctx))
	}))
}

func TestThreadPoolMayBeSharedByLoops(t *testing.T) {
	pool := &async.ThreadPool{Workers: 2}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			err := async.Run(context.Background(), func(ctx context.Context) error {
				for i := range 100 {
					v, err := async.RunInExecutor(ctx, pool, func(context.Context) (int, error) { return i, nil }).Await(ctx)
					if err != nil || v != i {
						return errors.Join(err, errors.New("not the loop's own value"))
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.NoError(t, pool.Shutdown(t.Context()))
}

func TestThreadPoolReplacesAWorkerLostToAGoexit(t *testing.T) {
	pool := async.ThreadPool{Workers: 1}
	release := occupy(t, &pool, 1)
	done := make(chan struct{})
	for range 3 {
		require.NoError(t, pool.Execute(t.Context(), func(context.Context) { runtime.Goexit() }))
	}
	require.NoError(t, pool.Execute(t.Context(), func(context.Context) { close(done) }))
	release()
	<-done
	require.NoError(t, pool.Shutdown(t.Context()))
}

func TestThreadPoolIsUsedFromManyGoroutinesWhileItShutsDown(t *testing.T) {
	for range 50 {
		pool := async.ThreadPool{Workers: 2}
		var taken, ran, refused atomic.Int32
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 20 {
					if pool.Execute(context.Background(), func(context.Context) { ran.Add(1) }) == nil {
						taken.Add(1)
					} else {
						refused.Add(1)
					}
				}
			})
		}
		require.NoError(t, pool.Shutdown(t.Context()))
		wg.Wait()
		require.Equal(t, taken.Load(), ran.Load())
		require.EqualValues(t, 80, taken.Load()+refused.Load())
	}
}

func TestThreadPoolQueuedFunctionThatIsCanceledNeverBeginsHoweverLateTheNextTurn(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		pool := &async.ThreadPool{Workers: 1}
		defer pool.Shutdown(ctx)
		started, release, last := make(chan struct{}), make(chan struct{}), make(chan struct{})
		begun := false
		call := func(fn func()) *async.Future[async.Void] {
			return async.RunInExecutor(ctx, pool, func(context.Context) (async.Void, error) { fn(); return async.Void{}, nil })
		}
		first := call(func() { close(started); <-release })
		queued := call(func() { begun = true })
		third := call(func() { close(last) })
		<-started
		queued.Cancel()
		close(release)
		<-last // the worker has come past the queued one, and no turn of the loop's has
		require.False(t, begun)
		_, err := async.Gather(ctx, first, third)
		return err
	}))
}

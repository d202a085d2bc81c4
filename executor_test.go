package async_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestToThreadLetsTheLoopGoOnWhileAFunctionBlocks(t *testing.T) {
	release := make(chan struct{})
	err := async.Run(t.Context(), func(ctx context.Context) error {
		var order []string
		blocked := async.Go(ctx, func(ctx context.Context) error {
			err := async.ToThread(ctx, func(context.Context) error {
				<-release
				return nil
			})
			order = append(order, "blocked")
			return err
		})
		other := async.Go(ctx, func(ctx context.Context) error {
			order = append(order, "other")
			close(release)
			return nil
		})
		_, err := async.Gather(ctx, blocked, other)
		require.Equal(t, []string{"other", "blocked"}, order)
		return err
	})
	require.NoError(t, err)
}

func TestToThreadReturnsTheValueOrTheError(t *testing.T) {
	failure := errors.New("no such thing")
	asynctest.Run(t, func(ctx context.Context) {
		v, err := async.ToThreadValue(ctx, func(context.Context) (int, error) { return 42, nil })
		require.NoError(t, err)
		require.Equal(t, 42, v)

		v, err = async.ToThreadValue(ctx, func(context.Context) (int, error) { return 42, failure })
		require.Equal(t, failure, err)
		require.Zero(t, v)

		require.Equal(t, failure, async.ToThread(ctx, func(context.Context) error { return failure }))
		require.Equal(t, failure, async.RunInExecutor(ctx, nil, func(context.Context) (int, error) { return 0, failure }).Wait(ctx))
	})
}

type valueKey struct{}

func TestToThreadFunctionSeesTheValuesOfItsCaller(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		ctx = context.WithValue(ctx, valueKey{}, "seen")
		for _, ctx := range []context.Context{ctx, context.WithoutCancel(ctx)} {
			v, err := async.ToThreadValue(ctx, func(ctx context.Context) (any, error) { return ctx.Value(valueKey{}), nil })
			require.NoError(t, err)
			require.Equal(t, "seen", v)
		}
		inTask := async.GoValue(ctx, func(ctx context.Context) (any, error) {
			return async.ToThreadValue(ctx, func(ctx context.Context) (any, error) { return ctx.Value(valueKey{}), nil })
		})
		v, err := inTask.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, "seen", v)
	})
}

func TestToThreadFunctionHasThePprofLabelsOfItsCaller(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		for range 2 { // the same goroutine, with and without labels
			labeled := pprof.WithLabels(ctx, pprof.Labels("of", "caller"))
			task := async.Go(labeled, func(ctx context.Context) error {
				return async.ToThread(ctx, func(context.Context) error {
					require.Contains(t, ownLabels(t), `"of":"caller"`)
					return nil
				})
			})
			require.NoError(t, task.Wait(ctx))
			require.NoError(t, async.ToThread(labeled, func(context.Context) error {
				require.Contains(t, ownLabels(t), `"of":"caller"`)
				return nil
			}))
			require.NoError(t, async.ToThread(ctx, func(context.Context) error {
				require.NotContains(t, ownLabels(t), "caller")
				return nil
			}))
		}
	})
}

func TestToThreadFunctionMayRunALoopOfItsOwn(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		v, err := async.ToThreadValue(ctx, func(ctx context.Context) (int, error) {
			return async.RunValue(ctx, func(ctx context.Context) (int, error) {
				return 42, async.Yield(ctx)
			})
		})
		require.NoError(t, err)
		require.Equal(t, 42, v)
	})
}

func TestRunInExecutorKeepsRunFromEndingBeforeTheFunction(t *testing.T) {
	var ended atomic.Int32
	pool := async.ThreadPool{Workers: 1}
	err := async.Run(t.Context(), func(ctx context.Context) error {
		count := func(context.Context) (async.Void, error) {
			ended.Add(1)
			return async.Void{}, nil
		}
		for range 3 {
			async.RunInExecutor(ctx, nil, count)
			async.RunInExecutor(ctx, &pool, count)
		}
		return nil
	})
	require.NoError(t, err)
	require.EqualValues(t, 6, ended.Load())
	require.NoError(t, pool.Shutdown(t.Context()))
}

func TestExecutorIsAwaitedByCloseNoLongerThanShutdownTimeout(t *testing.T) {
	release := make(chan struct{})
	var told []string
	r := async.Runner{
		ShutdownTimeout: time.Millisecond,
		OnError:         func(e *async.ErrorEvent) { told = append(told, e.Message) },
	}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		async.RunInExecutor(ctx, nil, func(context.Context) (async.Void, error) {
			<-release
			return async.Void{}, nil
		})
		return nil
	}))
	require.NoError(t, r.Close())
	require.Equal(t, []string{"the executor did not end within 1ms: 1 functions go on"}, told)
	close(release)
}

func TestExecutorOfARunnerEndsWithIt(t *testing.T) {
	pool := &async.ThreadPool{Workers: 1}
	r := async.Runner{Executor: pool}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		var running, most atomic.Int32
		work := async.Func(func(ctx context.Context) error {
			return async.ToThread(ctx, func(context.Context) error {
				most.Store(max(most.Load(), running.Add(1)))
				running.Add(-1)
				return nil
			})
		})
		_, err := async.Gather(ctx, work, work, work)
		require.EqualValues(t, 1, most.Load())
		return err
	}))
	require.NoError(t, r.Close())
	require.ErrorIs(t, pool.Execute(t.Context(), func(context.Context) {}), async.ErrExecutorShutDown)
}

// inPlace is an executor that starts a goroutine for each function, with a
// value in its context.
type inPlace struct {
	sync.WaitGroup
	refuse error
	drop   error
}

func (e *inPlace) Execute(ctx context.Context, run func(ctx context.Context)) error {
	if e.refuse != nil {
		return e.refuse
	}
	e.Go(func() {
		ctx, cancel := context.WithCancelCause(context.WithValue(ctx, valueKey{}, "in place"))
		defer cancel(nil)
		if e.drop != nil {
			cancel(e.drop)
		}
		run(ctx)
	})
	return nil
}

func (e *inPlace) Shutdown(context.Context) error {
	e.Wait()
	return nil
}

func TestExecutorOfOnesOwnRunsTheFunctions(t *testing.T) {
	full, dropped := errors.New("full"), errors.New("dropped")
	value := func(ctx context.Context) (any, error) { return ctx.Value(valueKey{}), nil }
	asynctest.Run(t, func(ctx context.Context) {
		v, err := async.RunInExecutor(ctx, new(inPlace), value).Await(ctx)
		require.NoError(t, err)
		require.Equal(t, "in place", v)

		_, err = async.RunInExecutor(ctx, &inPlace{refuse: full}, value).Await(ctx)
		require.Equal(t, full, err)

		future := async.RunInExecutor(ctx, &inPlace{drop: dropped}, value)
		_, err = future.Await(ctx)
		require.ErrorIs(t, err, dropped)
		require.True(t, future.Canceled())
	})
}

func TestToThreadFromALockedThreadRunsElsewhere(t *testing.T) {
	var wg sync.WaitGroup
	wg.Go(func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		err := async.Run(context.Background(), func(ctx context.Context) error {
			for i := range 10 {
				v, err := async.ToThreadValue(ctx, func(context.Context) (int, error) {
					runtime.LockOSThread()
					defer runtime.UnlockOSThread()
					return i, nil
				})
				if err != nil || v != i {
					return fmt.Errorf("%d: %d, %w", i, v, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
}

func TestToThreadKeepsTheLoopFromADeadlock(t *testing.T) {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		future := async.NewFuture[int](ctx)
		portal := async.RunningLoop(ctx).Portal()
		_ = portal.Close()
		setter := async.Go(ctx, func(ctx context.Context) error {
			if err := async.ToThread(ctx, func(context.Context) error { return nil }); err != nil {
				return err
			}
			return future.SetResult(1)
		})
		_, err := future.Await(ctx)
		return errors.Join(err, setter.Wait(ctx))
	})
	require.NoError(t, err)

	err = async.Run(context.Background(), func(ctx context.Context) error {
		if err := async.ToThread(ctx, func(context.Context) error { return nil }); err != nil {
			return err
		}
		return async.NewFuture[int](ctx).Wait(ctx)
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
}

func TestToThreadShowsInATasksString(t *testing.T) {
	release := make(chan struct{})
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.ToThread(ctx, func(context.Context) error {
				<-release
				return nil
			})
		})
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		require.True(t, strings.Contains(task.String(), "a function off the loop"), task.String())
		close(release)
		require.NoError(t, task.Wait(ctx))
	})
}

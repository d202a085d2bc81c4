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

func TestToThreadContextIsDoneWhenTheAwaiterIsCanceled(t *testing.T) {
	bored := errors.New("bored")
	began, seen := make(chan struct{}), make(chan error, 3)
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.ToThread(ctx, func(ctx context.Context) error {
				derived, cancel := context.WithCancel(ctx)
				defer cancel()
				close(began)
				<-derived.Done()
				seen <- ctx.Err()
				seen <- context.Cause(ctx)
				seen <- context.Cause(derived)
				return nil
			})
		})
		_, _, err := async.Recv(ctx, began)
		require.NoError(t, err)
		task.CancelCause(bored)
		require.ErrorIs(t, task.Wait(ctx), bored)
		require.True(t, task.Canceled())
	})
	require.Equal(t, context.Canceled, <-seen)
	require.Equal(t, bored, <-seen)
	require.Equal(t, bored, <-seen)
}

func TestToThreadContextIsEndedByATimeout(t *testing.T) {
	var seen, cause error
	err := async.Run(t.Context(), func(ctx context.Context) error {
		ended := make(chan struct{})
		err := async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
			_, has := ctx.Deadline()
			require.True(t, has)
			return async.ToThread(ctx, func(ctx context.Context) error {
				defer close(ended)
				_, has := ctx.Deadline()
				<-ctx.Done()
				seen, cause = ctx.Err(), context.Cause(ctx)
				if !has {
					return errors.New("no deadline")
				}
				return nil
			})
		})
		_, _, _ = async.Recv(ctx, ended)
		return err
	})
	require.ErrorIs(t, err, async.ErrTimeout)
	require.Equal(t, context.DeadlineExceeded, seen)
	require.ErrorIs(t, cause, context.DeadlineExceeded)
}

func TestToThreadThatIsCanceledReturnsAtOnceAndTheFunctionGoesOn(t *testing.T) {
	var ended atomic.Bool
	began, release := make(chan struct{}), make(chan struct{})
	err := async.Run(t.Context(), func(ctx context.Context) error {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.ToThread(ctx, func(context.Context) error {
				close(began)
				<-release
				ended.Store(true)
				return nil
			})
		})
		if _, _, err := async.Recv(ctx, began); err != nil {
			return err
		}
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		require.False(t, ended.Load())
		close(release)
		return nil
	})
	require.NoError(t, err)
	require.True(t, ended.Load(), "Run waits for functions that nobody awaits any more")
}

func TestToThreadNeverRunsAFunctionWhoseContextIsDone(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		never := func(context.Context) error {
			t.Error("it ran")
			return nil
		}
		undelivered := async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			return async.ToThread(ctx, never)
		})
		require.True(t, async.IsCanceled(undelivered.Wait(ctx)))
		delivered := async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			require.Error(t, async.Yield(ctx))
			return async.ToThread(ctx, never)
		})
		require.True(t, async.IsCanceled(delivered.Wait(ctx)))
		derived, cancel := context.WithCancel(ctx)
		cancel()
		require.ErrorIs(t, async.ToThread(derived, never), context.Canceled)
		require.NoError(t, async.ToThread(ctx, func(context.Context) error { return nil }))
	})
}

func TestToThreadAwaitingInTheFunctionPanics(t *testing.T) {
	awaits := map[string]func(ctx context.Context){
		"Sleep":       func(ctx context.Context) { _ = async.Sleep(ctx, time.Second) },
		"Go":          func(ctx context.Context) { async.Go(ctx, func(context.Context) error { return nil }) },
		"derived":     func(ctx context.Context) { _ = async.Yield(context.WithValue(ctx, valueKey{}, 1)) },
		"RunningLoop": func(ctx context.Context) { async.RunningLoop(ctx) },
	}
	for name, await := range awaits {
		t.Run(name, func(t *testing.T) {
			asynctest.Run(t, func(ctx context.Context) {
				said, err := async.ToThreadValue(ctx, func(ctx context.Context) (said any, err error) {
					defer func() { said = recover() }()
					await(ctx)
					return nil, nil
				})
				require.NoError(t, err)
				require.Contains(t, said, "async: ")
				require.Contains(t, said, "off the loop")
			})
		})
	}
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

func explode(context.Context) error { panic("boom") }

func TestToThreadPanicComesBackWithItsStack(t *testing.T) {
	var told []string
	r := async.Runner{OnError: func(e *async.ErrorEvent) { told = append(told, e.Message) }}
	caught := make(chan *async.PanicError, 2)
	err := r.Run(t.Context(), func(ctx context.Context) error {
		for _, run := range []func() error{
			func() error { return async.ToThread(ctx, explode) },
			func() error {
				return async.RunInExecutor(ctx, nil, func(ctx context.Context) (int, error) { return 0, explode(ctx) }).Wait(ctx)
			},
		} {
			func() {
				defer func() { caught <- recover().(*async.PanicError) }()
				_ = run()
			}()
		}
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, r.Close())
	for range 2 {
		p := <-caught
		require.Equal(t, "boom", p.Value)
		require.Equal(t, "Task-1, off the loop", p.Task)
		require.Contains(t, string(p.Stack), "explode")
	}
	require.Equal(t, []string{"panic off the loop", "panic off the loop"}, told)
}

func TestRunInExecutorPanicThatNobodyAwaitsPanicsOutOfRun(t *testing.T) {
	quiet := async.Runner{OnError: func(*async.ErrorEvent) {}}
	require.NoError(t, quiet.Run(t.Context(), func(ctx context.Context) error {
		async.RunInExecutor(ctx, nil, func(ctx context.Context) (int, error) { return 0, explode(ctx) })
		return nil
	}))
	p := recoverPanic(func() { _ = quiet.Close() })
	require.Equal(t, "boom", p.Value)

	began, release := make(chan struct{}), make(chan struct{})
	abandoned := async.Runner{OnError: func(*async.ErrorEvent) {}}
	require.NoError(t, abandoned.Run(t.Context(), func(ctx context.Context) error {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.ToThread(ctx, func(ctx context.Context) error {
				close(began)
				<-release
				return explode(ctx)
			})
		})
		_, _, _ = async.Recv(ctx, began)
		task.Cancel()
		require.Error(t, task.Wait(ctx))
		close(release)
		return nil
	}))
	p = recoverPanic(func() { _ = abandoned.Close() })
	require.Equal(t, "boom", p.Value)
}

// recoverPanic is the panic of fn.
func recoverPanic(fn func()) (p *async.PanicError) {
	defer func() { p, _ = recover().(*async.PanicError) }()
	fn()
	return nil
}

func TestToThreadGoexitIsTheAwaiters(t *testing.T) {
	exit := func(context.Context) (int, error) {
		runtime.Goexit()
		return 0, nil
	}
	runs := map[string]func(ctx context.Context){
		"ToThread":      func(ctx context.Context) { _, _ = async.ToThreadValue(ctx, exit) },
		"RunInExecutor": func(ctx context.Context) { _ = async.RunInExecutor(ctx, nil, exit).Wait(ctx) },
	}
	for name, run := range runs {
		t.Run(name, func(t *testing.T) {
			var cleaned, returned bool
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_ = async.Run(context.Background(), func(ctx context.Context) error {
					defer func() { cleaned = true }()
					run(ctx)
					returned = true
					return nil
				})
				returned = true
			}()
			<-ended
			require.True(t, cleaned)
			require.False(t, returned, "the task and Run end by Goexit")
		})
	}
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

func TestRunInExecutorFutureCanceledEndsTheFunctionsContext(t *testing.T) {
	began, seen := make(chan struct{}), make(chan error, 1)
	asynctest.Run(t, func(ctx context.Context) {
		future := async.RunInExecutor(ctx, nil, func(ctx context.Context) (async.Void, error) {
			close(began)
			<-ctx.Done()
			seen <- context.Cause(ctx)
			return async.Void{}, nil
		})
		_, _, _ = async.Recv(ctx, began)
		future.CancelCause(errors.New("enough"))
		require.True(t, async.IsCanceled(future.Wait(ctx)))
	})
	require.EqualError(t, <-seen, "enough")
}

func TestToThreadInVirtualTimeComesBackInTheOrderOfTheCalls(t *testing.T) {
	const n = 20
	for range 20 {
		var order []int
		done := make([]chan struct{}, n+1)
		for i := range done {
			done[i] = make(chan struct{})
		}
		close(done[n])
		asynctest.Run(t, func(ctx context.Context) {
			var tasks []*async.Task[async.Void]
			for i := range n {
				tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
					err := async.ToThread(ctx, func(context.Context) error {
						<-done[i+1] // the last function is done first
						close(done[i])
						return nil
					})
					order = append(order, i)
					_ = async.Yield(ctx)
					order = append(order, n+i)
					return err
				}))
			}
			_, err := async.Gather(ctx, tasks...)
			require.NoError(t, err)
		})
		var want []int
		for i := range n { // each comes back when nothing else can run
			want = append(want, i, n+i)
		}
		require.Equal(t, want, order)
	}
}

func TestToThreadInVirtualTimeStopsTheClockWhileAFunctionRuns(t *testing.T) {
	clock := asynctest.NewClock()
	r := async.Runner{Clock: clock}
	release := make(chan struct{})
	var slept time.Duration
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		sleeper := async.Go(ctx, func(ctx context.Context) error {
			err := async.Sleep(ctx, time.Hour)
			slept = clock.Now()
			return err
		})
		err := async.ToThread(ctx, func(context.Context) error {
			go func() {
				runtime.Gosched()
				close(release)
			}()
			<-release
			return nil
		})
		require.Zero(t, clock.Now())
		require.NoError(t, err)
		return sleeper.Wait(ctx)
	}))
	require.Equal(t, time.Hour, slept)
	require.NoError(t, r.Close())
}

func TestToThreadWithADeclaredDurationComesBackThen(t *testing.T) {
	clock := asynctest.NewClock()
	r := async.Runner{Clock: clock}
	var order []string
	note := func(what string) { order = append(order, fmt.Sprint(what, " at ", clock.Now())) }
	taking := func(name string, d time.Duration) async.Func {
		return func(ctx context.Context) error {
			err := async.ToThread(ctx, func(ctx context.Context) error { return asynctest.Spend(ctx, d) })
			note(name)
			return err
		}
	}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		nap := async.Func(func(ctx context.Context) error {
			err := async.Sleep(ctx, 2*time.Second)
			note("nap")
			return err
		})
		_, err := async.Gather(ctx, taking("long", 3*time.Second), nap, taking("short", time.Second), taking("none", 0))
		return err
	}))
	require.Equal(t, []string{"none at 0s", "short at 1s", "nap at 2s", "long at 3s"}, order)
	require.NoError(t, r.Close())
}

func TestToThreadThatIsCanceledSpendsNoMoreTime(t *testing.T) {
	clock := asynctest.NewClock()
	r := async.Runner{Clock: clock}
	var spent error
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		err := async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			return async.ToThread(ctx, func(ctx context.Context) error {
				spent = asynctest.Spend(ctx, time.Hour)
				return spent
			})
		})
		require.ErrorIs(t, err, async.ErrTimeout)
		return nil
	}))
	require.NoError(t, r.Close())
	require.ErrorIs(t, spent, context.DeadlineExceeded)
	require.Equal(t, time.Second, clock.Now())
}

func TestToThreadSpendOutsideOfAFunctionPanics(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		require.PanicsWithValue(t, "async: the context is of no function off the loop: in a task, use Sleep", func() { _ = asynctest.Spend(ctx, 1) })
	})
}

func TestToThreadTenThousandTimesWithHalfOfThemCanceled(t *testing.T) {
	for _, pool := range []*async.ThreadPool{nil, {Workers: 8}} {
		name := "unbounded"
		if pool != nil {
			name = "eight workers"
		}
		t.Run(name, func(t *testing.T) { tenThousand(t, pool) })
	}
}

func tenThousand(t *testing.T, pool *async.ThreadPool) {
	const n = 10_000
	var began, ended atomic.Int32
	r := async.Runner{}
	if pool != nil {
		r.Executor = pool
	}
	var returned, canceled int
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		tasks := make([]*async.Task[int], n)
		for i := range tasks {
			tasks[i] = async.GoValue(ctx, func(ctx context.Context) (int, error) {
				return async.ToThreadValue(ctx, func(ctx context.Context) (int, error) {
					began.Add(1)
					defer ended.Add(1)
					if i%2 == 1 {
						<-ctx.Done() // a function that nobody cancels would never end
					}
					return i, nil
				})
			})
		}
		if err := async.Yield(ctx); err != nil {
			return err
		}
		for i := n - 1; i > 0; i -= 2 {
			tasks[i].Cancel()
		}
		for i, task := range tasks {
			v, err := task.Await(ctx)
			switch {
			case err == nil:
				require.Equal(t, i, v)
				returned++
			case async.IsCanceled(err):
				require.Equal(t, 1, i%2)
				canceled++
			default:
				return err
			}
		}
		return nil
	}))
	require.NoError(t, r.Close())
	require.Equal(t, n/2, returned)
	require.Equal(t, n/2, canceled)
	require.Equal(t, began.Load(), ended.Load(), "what has begun has ended")
	require.GreaterOrEqual(t, int(ended.Load()), n/2)
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

package async_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestRunReturnsTheErrorOfMain(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(context.Context) error { return nil }))
	require.Same(t, errBoom, async.Run(context.Background(), func(context.Context) error { return errBoom }))
}

func TestRunValueReturnsTheValueOfMain(t *testing.T) {
	v, err := async.RunValue(context.Background(), func(ctx context.Context) (int, error) {
		return 42, async.Yield(ctx)
	})
	require.NoError(t, err)
	require.Equal(t, 42, v)
}

func TestGoGivesATaskTheValuesOfItsContext(t *testing.T) {
	outside := context.WithValue(context.Background(), ctxKey("run"), 1)
	err := async.Run(outside, func(ctx context.Context) error {
		require.Equal(t, 1, ctx.Value(ctxKey("run")))
		require.Equal(t, 1, async.RunningLoop(ctx).Context().Value(ctxKey("run")))
		inner := context.WithValue(ctx, ctxKey("task"), 2)
		return async.Go(inner, func(ctx context.Context) error {
			require.Equal(t, 1, ctx.Value(ctxKey("run")))
			require.Equal(t, 2, ctx.Value(ctxKey("task")))
			require.Nil(t, ctx.Value(ctxKey("none")))
			return nil
		}).Wait(ctx)
	})
	require.NoError(t, err)
}

func TestGoDoesNotGiveATaskTheCancellationOfItsContext(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		canceled, cancel := context.WithCancel(ctx)
		cancel()
		task := async.Go(canceled, func(ctx context.Context) error {
			require.NoError(t, ctx.Err())
			return async.Sleep(ctx, time.Second)
		})
		require.NoError(t, task.Wait(ctx))
	})
}

func TestRunCancelsWhatMainLeavesInTheOrderItWasStarted(t *testing.T) {
	var tr record
	left := func(name string) async.Func {
		return func(ctx context.Context) error {
			err := forever(ctx)
			tr.Add("%s is canceled", name)
			_ = async.Sleep(async.Uncancel(ctx), time.Second)
			tr.Add("%s has cleaned up", name)
			return err
		}
	}
	virtually(t, func(ctx context.Context) {
		for _, name := range []string{"a", "b", "c"} {
			async.Go(ctx, left(name))
		}
		require.NoError(t, async.Yield(ctx))
		l := async.RunningLoop(ctx)
		l.CallSoon(func() { // in the last iteration
			async.Go(l.Context(), func(context.Context) error { panic("a task canceled before its first step ran") })
		})
		tr.Add("main ends")
	})
	require.Equal(t, record{
		"main ends",
		"a is canceled", "b is canceled", "c is canceled",
		"a has cleaned up", "b has cleaned up", "c has cleaned up",
	}, tr)
}

func TestRunEndsTasksThatWereStartedWhileItEnded(t *testing.T) {
	var tr record
	virtually(t, func(ctx context.Context) {
		async.Go(ctx, func(ctx context.Context) error {
			err := forever(ctx)
			async.Go(ctx, func(context.Context) error {
				panic("nobody ends before it began")
			})
			async.GoEager(ctx, func(ctx context.Context) error {
				err := forever(ctx)
				tr.Add("the second is canceled too: %v", async.IsCanceled(err))
				return err
			})
			return err
		})
		_ = async.Yield(ctx)
	})
	require.Equal(t, record{"the second is canceled too: true"}, tr)
}

func TestRunContextCancelsMainWithItsCause(t *testing.T) {
	reason := errors.New("the building is on fire")
	outside, cancel := context.WithCancelCause(context.Background())
	err := async.Run(outside, func(ctx context.Context) error {
		async.RunningLoop(ctx).CallSoon(func() { cancel(reason) })
		err := forever(ctx)
		require.ErrorIs(t, context.Cause(ctx), reason)
		return err
	})
	require.True(t, async.IsCanceled(err))
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, reason)
}

func TestRunUnderACanceledContextNeverRunsMain(t *testing.T) {
	outside, cancel := context.WithCancelCause(context.Background())
	cancel(errBoom)
	err := async.Run(outside, func(context.Context) error { panic("main ran") })
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, errBoom)
}

func TestRunContextWithoutACauseGivesNone(t *testing.T) {
	outside, cancel := context.WithCancel(context.Background())
	cancel()
	err := async.Run(outside, func(context.Context) error { return nil })
	require.Equal(t, &async.CanceledError{}, err)
}

func TestDeadlockNamesEachTaskAndWhatItWaitsFor(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0") // it says more
	_, err := listening(func(ctx context.Context) error {
		async.Go(ctx, forever).SetName("the stubborn")
		waiter := async.Go(ctx, func(ctx context.Context) error {
			return async.AllTasks(ctx)[1].Wait(ctx)
		})
		async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Shield(ctx, waiter)
			return err
		})
		_, _, err := async.Wait(ctx, async.AllCompleted, async.AllTasks(ctx)[1:]...)
		return err
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.Equal(t, `async: deadlock: nothing can wake these tasks:
	Task-1 (TestDeadlockNamesEachTaskAndWhatItWaitsFor) waits for tasks in Wait
	the stubborn (Forever) waits for a future
	Task-3 (TestDeadlockNamesEachTaskAndWhatItWaitsFor) waits for the stubborn
	Task-4 (TestDeadlockNamesEachTaskAndWhatItWaitsFor) waits for a shield`, err.Error())
}

func TestDeadlockCancelsTheTasksThatAreLeft(t *testing.T) {
	var tr record
	_, err := listening(func(ctx context.Context) error {
		async.Go(ctx, func(ctx context.Context) error {
			defer tr.Add("deferred")
			err := forever(ctx)
			tr.Add("deadlock: %v", errors.Is(err, async.ErrDeadlock))
			return err
		})
		return forever(ctx)
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.Equal(t, record{"deadlock: true", "deferred"}, tr)
}

func TestDeadlockOfACleanupThatWaitsForever(t *testing.T) {
	ended := 0
	main := func(ctx context.Context) error {
		async.Go(ctx, func(ctx context.Context) error {
			defer func() { ended++ }()
			_ = async.Sleep(ctx, time.Hour)
			return forever(async.Uncancel(ctx))
		})
		return async.Yield(ctx)
	}
	err := async.Run(context.Background(), main)
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.ErrorContains(t, err, "Task-2 (TestDeadlockOfACleanupThatWaitsForever) waits for a future")
	require.Equal(t, 1, ended, "its deferred functions have run")

	r := &async.Runner{Clock: asynctest.NewClock()}
	require.NoError(t, r.Run(context.Background(), main))
	require.ErrorIs(t, r.Close(), async.ErrDeadlock)

	r = new(async.Runner)
	_, err = async.Submit(r.Start(context.Background()), func(ctx context.Context) (int, error) { return 0, main(ctx) }).Wait(context.Background())
	require.NoError(t, err)
	require.ErrorIs(t, r.Close(), async.ErrDeadlock)
	require.Equal(t, 3, ended)
}

func TestDeadlockIsNotCalledWhileAPortalIsOpen(t *testing.T) {
	for name, clock := range map[string]async.Clock{"wall": nil, "virtual": asynctest.NewClock()} {
		t.Run(name, func(t *testing.T) {
			r := &async.Runner{Clock: clock}
			require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
				f := async.NewFuture[int](ctx)
				p := async.RunningLoop(ctx).Portal()
				idle := make(chan struct{})
				async.RunningLoop(ctx).CallLater(0, func() { close(idle) })
				go func() {
					<-idle
					_, _ = p.CallSoonThreadsafe(func() { _ = f.SetResult(1) })
					_ = p.Close()
				}()
				return f.Wait(ctx)
			}))
			require.NoError(t, r.Close())
		})
	}
}

func TestDeadlockIsCalledWhenTheLastPortalIsClosed(t *testing.T) {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		p, q := async.RunningLoop(ctx).Portal(), async.RunningLoop(ctx).Portal()
		require.NoError(t, p.Close())
		go q.Close()
		return forever(ctx)
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
}

func TestDeadlockIsNotCalledWhileAContextCanBeCanceled(t *testing.T) {
	outside, cancel := context.WithCancel(context.Background())
	err := async.Run(outside, func(ctx context.Context) error {
		async.RunningLoop(ctx).CallSoon(func() { go cancel() })
		return forever(ctx)
	})
	require.True(t, async.IsCanceled(err))

	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		inner, cancel := context.WithCancel(ctx)
		async.RunningLoop(ctx).CallSoon(func() { go cancel() })
		require.ErrorIs(t, forever(inner), context.Canceled)
		return nil
	}))
}

func TestDeadlockInVirtualTimeIsCalledInSpiteOfAContext(t *testing.T) {
	outside, cancel := context.WithCancel(context.Background())
	defer cancel()
	r := &async.Runner{Clock: asynctest.NewClock()}
	require.ErrorIs(t, r.Run(outside, forever), async.ErrDeadlock)
	require.NoError(t, r.Close())
}

// endsStuck runs main, whose tasks ignore their end, which is a deadlock.
func endsStuck(t *testing.T, main func(ctx context.Context)) {
	t.Helper()
	r := &async.Runner{Clock: asynctest.NewClock()}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		main(ctx)
		return nil
	}))
	require.ErrorIs(t, r.Close(), async.ErrDeadlock)
}

func TestRunEndsATaskThatIgnoresItsEndWithItsDeferredFunctions(t *testing.T) {
	var tr record
	ignore := func(name string, wait async.Func) async.Func {
		return func(ctx context.Context) error {
			defer tr.Add("%s ended", name)
			defer func() { // awaits in here end it in turn
				defer tr.Add("%s deferred", name)
				_ = async.Sleep(context.WithoutCancel(ctx), time.Second)
				tr.Add("%s slept", name)
			}()
			err := wait(context.WithoutCancel(ctx))
			tr.Add("%s returned", name)
			return err
		}
	}
	endsStuck(t, func(ctx context.Context) {
		a := async.Go(ctx, ignore("a", forever))
		async.Go(ctx, ignore("b", a.Wait))
		async.Go(ctx, ignore("c", a.Wait))
		_ = async.Yield(ctx)
	})
	require.Equal(t, record{"a deferred", "a ended", "b deferred", "b ended", "c deferred", "c ended"}, tr)
}

func TestRunEndsTasksThatWaitForEachOtherInDeferredFunctions(t *testing.T) {
	var ended int
	endsStuck(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		var tasks []*async.Task[async.Void]
		for range 4 {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				ctx = context.WithoutCancel(ctx)
				defer func() { ended++ }()
				for _, other := range tasks {
					defer func() { _ = other.Wait(ctx) }()
				}
				defer func() { _ = f.Wait(ctx) }()
				if len(tasks) == 4 {
					return tasks[0].Wait(ctx)
				}
				return f.Wait(ctx)
			}))
		}
		_ = async.Yield(ctx)
	})
	require.Equal(t, 4, ended)
}

func TestRunKeepsALockedThread(t *testing.T) {
	require.False(t, endsByGoexit(func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		virtually(t, func(ctx context.Context) {
			tasks := make([]*async.Task[int], 10)
			for i := range tasks {
				tasks[i] = async.GoValue(ctx, func(ctx context.Context) (int, error) {
					return async.SleepValue(ctx, time.Duration(i), i)
				})
			}
			_, err := async.Gather(ctx, tasks...)
			require.NoError(t, err)
		})
	}))
}

func TestSleepOrdersByTimeThenByTheOrderOfTheCalls(t *testing.T) {
	var tr record
	virtually(t, func(ctx context.Context) {
		for i, d := range []time.Duration{3, 1, 2, 1, 3, 0} {
			async.Go(ctx, func(ctx context.Context) error {
				defer func() { tr.Add("%d", i) }()
				return async.Sleep(ctx, d*time.Second)
			})
		}
		v, err := async.SleepValue(ctx, 4*time.Second, "slept")
		tr.Add("%s %v %v", v, err, async.RunningLoop(ctx).Time())
	})
	require.Equal(t, record{"5", "1", "3", "2", "0", "4", "slept <nil> 4s"}, tr)
}

func TestSleepWithoutEndEndsByCancellation(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, 1<<63-1) })
		require.NoError(t, async.Sleep(ctx, time.Second))
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
	})
}

func TestYieldLetsEveryTaskThatIsReadyRun(t *testing.T) {
	var tr record
	virtually(t, func(ctx context.Context) {
		for i := range 3 {
			async.Go(ctx, func(ctx context.Context) error {
				for round := range 2 {
					tr.Add("%d.%d", i, round)
					_ = async.Yield(ctx)
				}
				return nil
			})
		}
		for round := range 3 {
			tr.Add("main.%d", round)
			require.NoError(t, async.Yield(ctx))
		}
	})
	require.Equal(t, "[main.0 0.0 1.0 2.0 main.1 0.1 1.1 2.1 main.2]", fmt.Sprint(tr))
}

func TestRunLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	virtually(t, func(ctx context.Context) {
		for range 100 {
			async.Go(ctx, forever)
		}
		_ = async.Yield(ctx)
		require.GreaterOrEqual(t, runtime.NumGoroutine(), before+100)
	})
	require.LessOrEqual(t, runtime.NumGoroutine(), before)
}

func TestTaskReusesTheGoroutineOfOneThatEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		before := runtime.NumGoroutine()
		for range 1000 {
			require.NoError(t, async.Go(ctx, async.Yield).Wait(ctx))
		}
		require.LessOrEqual(t, runtime.NumGoroutine(), before+2)
	})
}

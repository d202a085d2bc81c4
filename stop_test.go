package async_test

import (
	"context"
	"os"
	"runtime"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestLoopStopEndsRunAfterTheIterationAndLeavesMainToTheNext(t *testing.T) {
	var tr record
	r := &async.Runner{Clock: asynctest.NewClock()}
	var left *async.Task[async.Void]
	require.ErrorIs(t, r.Run(t.Context(), func(ctx context.Context) error {
		l := async.RunningLoop(ctx)
		left = async.Go(ctx, func(ctx context.Context) error {
			tr.Add("the same iteration")
			_ = async.Yield(ctx)
			tr.Add("the next run")
			return nil
		})
		l.CallSoon(l.Stop)
		l.CallSoon(func() { tr.Add("a callback behind it") })
		return async.Sleep(ctx, time.Hour)
	}), async.ErrStopped)
	require.Equal(t, record{"the same iteration", "a callback behind it"}, tr)
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error { return left.Wait(ctx) }))
	require.Equal(t, "the next run", tr[2])
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error { return async.Sleep(ctx, 2*time.Hour) }),
		"the end of the first main does not end it")
	require.NoError(t, r.Close())
}

func TestLoopStopBeforeARunEndsItAfterItsFirstIteration(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	called := false
	r.Loop().CallSoon(func() { called = true })
	r.Loop().Stop()
	require.ErrorIs(t, r.Run(t.Context(), forever), async.ErrStopped)
	require.True(t, called)
	require.NoError(t, r.Close())
}

func TestLoopStopInTheIterationInWhichMainEndsIsNoError(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		async.RunningLoop(ctx).Stop()
		return nil
	}))
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error { return async.Sleep(ctx, time.Second) }))
	require.NoError(t, r.Close())
}

func TestPortalAllTasksTellsTheTasksFromOutside(t *testing.T) {
	r, portal := inBackground(t)
	began := make(chan struct{})
	pending := async.Submit(portal, untilCanceled(began))
	<-began
	tasks, err := portal.AllTasks(t.Context())
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	_, err = portal.CallSoonThreadsafe(func() { tasks[0].Cancel() })
	require.NoError(t, err)
	_, err = pending.Wait(t.Context())
	require.True(t, async.IsCanceled(err))

	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		tasks, err = portal.AllTasks(ctx)
		require.Empty(t, tasks)
		ours := async.RunningLoop(ctx).Portal()
		defer ours.Close()
		own, ownErr := ours.AllTasks(ctx)
		require.Equal(t, []async.AnyTask{async.CurrentTask(ctx)}, own)
		require.NoError(t, ownErr)
		return err
	}))
	require.NoError(t, r.Close())
	_, err = portal.AllTasks(t.Context())
	require.ErrorIs(t, err, async.ErrClosed)
}

func TestPortalCallSoonThreadsafeSharesTheQueueWithCallSoon(t *testing.T) {
	var tr record
	r := &async.Runner{Clock: asynctest.NewClock()}
	p, l := r.Loop().Portal(), r.Loop()
	post := func(text string) {
		_, err := p.CallSoonThreadsafe(func() { tr.Add("%s", text) })
		require.NoError(t, err)
	}
	post("before Run")
	l.CallSoon(func() { tr.Add("before Run, too") })
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		defer p.Close()
		tr.Add("main")
		post("hello")
		l.CallSoon(func() { tr.Add("world") })
		require.NoError(t, async.Yield(ctx))
		tr.Add("yielded")
		l.CallSoon(func() { tr.Add("world") })
		post("hello")
		require.NoError(t, async.Yield(ctx))
		tr.Add("yielded")
		done := make(chan struct{})
		go func() { // posted by another goroutine, but before
			defer close(done)
			post("outside")
		}()
		<-done
		async.Go(ctx, func(context.Context) error { tr.Add("task"); return nil })
		return async.Yield(ctx)
	}))
	require.Equal(t, record{"before Run", "before Run, too", "main", "hello", "world", "yielded", "world", "hello", "yielded", "outside", "task"}, tr)
	require.NoError(t, r.Close())
}

func TestHandleOfCallSoonThreadsafeIsCanceledFromOutside(t *testing.T) {
	_, portal := inBackground(t)
	for range 200 {
		hold := make(chan struct{})
		_, err := portal.CallSoonThreadsafe(func() { <-hold })
		require.NoError(t, err)
		h, err := portal.CallSoonThreadsafe(func() { t.Error("called") })
		require.NoError(t, err)
		require.False(t, h.Canceled())
		h.Cancel()
		require.True(t, h.Canceled())
		require.True(t, h.When().IsZero())
		close(hold)
	}
}

func TestRunnerThatIsClosedRefuses(t *testing.T) {
	var ctx context.Context
	var l *async.Loop
	r := &async.Runner{Clock: asynctest.NewClock()}
	require.NoError(t, r.Run(t.Context(), func(inner context.Context) error {
		l = async.RunningLoop(inner)
		ctx = l.Context()
		return nil
	}))
	require.NoError(t, r.Close())
	const closed = "async: the loop is closed: start tasks and callbacks while Run, or the Runner, is open"
	require.PanicsWithValue(t, "async: Loop of a Runner that was closed: make a new one", func() { r.Loop() })
	require.PanicsWithValue(t, closed, func() { async.RunInExecutor(ctx, nil, answer42) })
	require.PanicsWithValue(t, closed, func() { l.AddSignalHandler(os.Interrupt, func() {}) })
}

func TestSignalThatNobodyCanCatchHasNoHandler(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		require.PanicsWithValue(t, "async: AddSignalHandler of killed, which no process can catch: handle SIGTERM or SIGINT", func() { l.AddSignalHandler(os.Kill, func() {}) })
		require.PanicsWithValue(t, "async: a nil signal handler: use RemoveSignalHandler to end the handling of a signal", func() { l.AddSignalHandler(syscall.SIGTERM, nil) })
	})
}

func TestRunInsideOfALoopPanicsWithAnyContext(t *testing.T) {
	const said = "async: Run inside of a running loop: await the function, or start it with Go"
	nested := func() { _ = async.Run(context.Background(), func(context.Context) error { return nil }) }
	virtually(t, func(ctx context.Context) {
		require.PanicsWithValue(t, said, nested)
		require.PanicsWithValue(t, said, func() { new(async.Runner).Start(context.Background()) })
		async.RunningLoop(ctx).CallSoon(func() { require.PanicsWithValue(t, said, nested) })
		require.NoError(t, async.Yield(ctx))
		require.NoError(t, async.ToThread(ctx, func(context.Context) error {
			nested() // it may, off the loop
			return nil
		}))
	})
}

func TestRunnerCloseInsideOfAStartedLoopPanics(t *testing.T) {
	const said = "async: Close of a Runner in a task or callback of its own loop would wait for itself: call it from outside, or Loop.Stop"
	r := new(async.Runner)
	p := r.Start(t.Context())
	closes := func() { require.PanicsWithValue(t, said, func() { _ = r.Close() }) }
	_, err := async.Submit(p, func(ctx context.Context) (int, error) {
		closes()
		require.NoError(t, async.Yield(ctx))
		closes()
		return 0, nil
	}).Wait(t.Context())
	require.NoError(t, err)
	called := make(chan struct{})
	_, err = p.CallSoonThreadsafe(func() { defer close(called); closes() })
	require.NoError(t, err)
	<-called

	require.NoError(t, async.Run(t.Context(), func(context.Context) error { return r.Close() }), "another loop may")
}

func TestLoopStopEndsAStartedLoop(t *testing.T) {
	r := new(async.Runner)
	p := r.Start(t.Context())
	began := make(chan struct{})
	pending := async.Submit(p, untilCanceled(began))
	<-began
	_, err := p.CallSoonThreadsafe(r.Loop().Stop)
	require.NoError(t, err)
	_, err = pending.Wait(t.Context())
	require.ErrorIs(t, err, async.ErrClosed)
	require.NoError(t, r.Close())
}

func TestTaskStackOfTheDriverAskedForByASubmittedEagerTask(t *testing.T) {
	for name, debug := range map[string]bool{"plain": false, "debug": true} {
		t.Run(name, func(t *testing.T) {
			r := &async.Runner{Eager: true, Debug: debug}
			require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
				p := async.RunningLoop(ctx).Portal()
				defer p.Close()
				main := async.CurrentTask(ctx)
				var stack []runtime.Frame
				return async.ToThread(ctx, func(context.Context) error { // main drives meanwhile
					_, err := async.Submit(p, func(ctx context.Context) (int, error) {
						stack = main.Stack()
						return 1, async.Yield(ctx)
					}).Wait(context.Background())
					require.NotEmpty(t, stack)
					return err
				})
			}))
			require.NoError(t, r.Close())
		})
	}
}

func TestContextUsedByAStrangerWhileTheTaskIsOffTheLoopPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
			said := make(chan any)
			require.NoError(t, async.ToThread(ctx, func(context.Context) error {
				synctest.Wait() // until the loop rests
				go func() { said <- panicOf(func() { _ = async.Sleep(ctx, time.Second) }) }()
				require.Contains(t, <-said, "the context of Task-1 was used by")
				return nil
			}))
			return async.Yield(ctx)
		}))
	})
}

func TestLoopVirtualTimeGoesOnWithSignalHandlersAndInterrupt(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock(), Interrupt: true}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		async.RunningLoop(ctx).AddSignalHandler(syscall.SIGTERM, func() {})
		return async.Sleep(ctx, time.Hour)
	}))
	require.NoError(t, r.Close())
}

func TestPortalCallSoonThreadsafeSharesTheQueueWithAllThatIsWoken(t *testing.T) {
	var tr record
	virtually(t, func(ctx context.Context) {
		p := async.RunningLoop(ctx).Portal()
		defer p.Close()
		done := async.NewFuture[int](ctx)
		_ = done.SetResult(1)
		waiter := async.Go(ctx, func(ctx context.Context) error {
			_ = forever(ctx)
			tr.Add("canceled")
			return nil
		})
		_ = async.Yield(ctx)
		outside := make(chan struct{})
		go func() {
			defer close(outside)
			_, _ = p.CallSoonThreadsafe(func() { tr.Add("posted") })
		}()
		<-outside // within a step
		waiter.Cancel()
		done.OnDone(func() { tr.Add("callback") })
		_ = async.Yield(ctx)
	})
	require.Equal(t, record{"posted", "canceled", "callback"}, tr)
}

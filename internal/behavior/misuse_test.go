package behavior_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/testkit"
)

// awaits are functions that may suspend, with the context of whoever calls
// them.
func awaits(own context.Context) map[string]func(ctx context.Context) {
	f := async.NewFuture[int](own)
	return map[string]func(ctx context.Context){
		"Yield": func(ctx context.Context) { _ = async.Yield(ctx) },
		"Sleep": func(ctx context.Context) { _ = async.Sleep(ctx, 1) }, //asyncvet:ignore the time does not matter
		"Await": func(ctx context.Context) { _, _ = f.Await(ctx) },
		"Wait":  func(ctx context.Context) { _, _, _ = async.Wait(ctx, async.AllCompleted, f) },
		"Shield": func(ctx context.Context) {
			_, _ = async.Shield(ctx, f)
		},
	}
}

func TestContextOfAnotherTaskPanicsWithBothNames(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		owner := async.Go(ctx, testkit.Forever)
		owner.SetName("owner")
		var other context.Context
		_ = async.Go(ctx, func(ctx context.Context) error { return nil }).Wait(ctx)
		async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).SetName("lender")
			other = ctx
			return testkit.Forever(ctx)
		})
		_ = async.Yield(ctx)
		for _, wrap := range []func(context.Context) context.Context{
			func(ctx context.Context) context.Context { return ctx },
			func(ctx context.Context) context.Context { return context.WithValue(ctx, testkit.Key("k"), 1) },
			func(ctx context.Context) context.Context { return testkit.Child(ctx) },
			context.WithoutCancel,
		} {
			async.CurrentTask(ctx).SetName("borrower")
			for name, await := range awaits(ctx) {
				require.PanicsWithValue(t, "async: the context of lender was used by borrower: a task's ctx is for that task alone; use the ctx of the function you are in",
					func() { await(wrap(other)) }, name)
			}
		}
		owner.Cancel()
	})
}

func TestContextOfATaskPanicsInACallback(t *testing.T) {
	told, err := testkit.Report(func(ctx context.Context) error {
		async.RunningLoop(ctx).CallSoon(func() { _ = async.Yield(ctx) })
		return async.Yield(ctx)
	})
	require.NoError(t, err)
	require.Len(t, told, 1)
	require.ErrorContains(t, told[0].Err, "async: the context of Task-1 was used by a callback: a task's ctx is for that task alone")
}

func TestContextOfATaskPanicsAfterItsEnd(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		var old context.Context
		_ = async.Go(ctx, func(ctx context.Context) error { old = ctx; return nil }).Wait(ctx)
		require.PanicsWithValue(t, "async: the context of Task-2 was used after its end: a task's ctx is for that task alone; use the ctx of the function you are in",
			func() { _ = async.Yield(old) })
		require.NoError(t, async.Go(old, async.Yield).Wait(ctx), "but it still starts tasks")
	})
}

func TestContextOfAParentPanicsInAnEagerTask(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		async.GoEager(ctx, func(context.Context) error {
			require.PanicsWithValue(t, "async: the context of Task-1 was used by Task-2: a task's ctx is for that task alone; use the ctx of the function you are in",
				func() { _ = async.Yield(ctx) })
			return nil
		})
		require.NoError(t, async.Yield(ctx))
	})
}

func TestRunInsideARunningLoopPanics(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		const mend = "async: Run inside of a running loop: await the function, or start it with Go"
		require.PanicsWithValue(t, mend, func() { _ = async.Run(ctx, async.Yield) })
		require.PanicsWithValue(t, mend, func() { _ = async.Run(testkit.Child(ctx), async.Yield) })
		require.PanicsWithValue(t, mend, func() { _ = new(async.Runner).Run(ctx, async.Yield) })
		require.PanicsWithValue(t, mend, func() { _ = async.Run(async.RunningLoop(ctx).Context(), async.Yield) })
	})
}

func TestRunnerThatRunsPanicsWhenUsedAgain(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	require.NoError(t, r.Run(context.Background(), func(context.Context) error {
		require.PanicsWithValue(t, "async: the Runner's loop runs already: use its Portal from other goroutines", func() {
			_ = r.Run(context.Background(), async.Yield)
		})
		require.PanicsWithValue(t, "async: Close of a Runner whose loop runs: call it after Run", func() { _ = r.Close() })
		return nil
	}))
	require.NoError(t, r.Close())

	r = new(async.Runner)
	r.Start(context.Background())
	require.PanicsWithValue(t, "async: Run on a Runner that Start has set off: use its Portal", func() {
		_ = r.Run(context.Background(), async.Yield)
	})
	require.NoError(t, r.Close())
}

func TestTaskThatAwaitsItselfPanics(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		var task *async.Task[async.Void]
		task = async.Go(ctx, func(ctx context.Context) error {
			require.PanicsWithValue(t, "async: Task-2 awaits itself, which would never end: await it from another task", func() { _ = task.Wait(ctx) })
			require.Panics(t, func() { _ = async.CurrentTask(ctx).Wait(ctx) })
			return nil
		})
		require.NoError(t, task.Wait(ctx))
	})
}

func TestContextWithoutALoopPanicsInAwaits(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		for name, await := range awaits(ctx) {
			require.PanicsWithValue(t, "async: await without a loop: the context comes from no task; pass on the ctx that Run or Go gives to its function",
				func() { await(context.Background()) }, name)
			require.PanicsWithValue(t, "async: await outside of a task: Loop.Context is for starting tasks; await in a function given to Go",
				func() { await(context.WithValue(async.RunningLoop(ctx).Context(), testkit.Key("k"), 1)) }, name)
			require.Panics(t, func() { await(async.RunningLoop(ctx).Context()) }, name)
		}
		require.Panics(t, func() { _ = async.Uncancel(context.Background()) })
		require.Panics(t, func() { _ = async.CurrentTask(async.RunningLoop(ctx).Context()) })
	})
}

func TestGoWithoutALoopPanics(t *testing.T) {
	const mend = "async: no loop: the context comes from no task; pass on the ctx that Run or Go gives to its function, or use Loop.Context"
	for name, start := range map[string]func(ctx context.Context){
		"Go":          func(ctx context.Context) { async.Go(ctx, async.Yield) },
		"GoEager":     func(ctx context.Context) { async.GoEager(ctx, async.Yield) },
		"NewFuture":   func(ctx context.Context) { async.NewFuture[int](ctx) },
		"RunningLoop": func(ctx context.Context) { async.RunningLoop(ctx) },
		"AllTasks":    func(ctx context.Context) { async.AllTasks(ctx) },
		"WithTimeout": func(ctx context.Context) { _, _ = async.WithTimeout(ctx, 1) }, //asyncvet:ignore the time does not matter
	} {
		require.PanicsWithValue(t, mend, func() { start(context.Background()) }, name)
	}
}

func TestFutureOfAnotherLoopPanics(t *testing.T) {
	const mend = "async: a future of another loop was awaited: hand results over with a Portal, or run both in one loop"
	other := &async.Runner{Clock: asynctest.NewClock()}
	f := async.NewFuture[int](other.Loop().Context())
	task := async.Go(other.Loop().Context(), testkit.Forever)
	testkit.Virtually(t, func(ctx context.Context) {
		for name, await := range map[string]func(){
			"Future.Await":   func() { _, _ = f.Await(ctx) },
			"Task.Await":     func() { _, _ = task.Await(ctx) },
			"AnyTask.Wait":   func() { _ = task.Any().Wait(ctx) },
			"Wait":           func() { _, _, _ = async.Wait(ctx, async.AllCompleted, f) },
			"Wait, of a few": func() { _, _, _ = async.Wait(ctx, async.AllCompleted, async.NewFuture[int](ctx), f) },
			"Shield":         func() { _, _ = async.Shield(ctx, f) },
			"Gather":         func() { _, _ = async.Gather(ctx, f) },
			"GatherSettled":  func() { _, _ = async.GatherSettled(ctx, f) },
			"Race":           func() { _, _ = async.Race(ctx, f) },
			"WaitFor":        func() { _, _ = async.WaitFor(ctx, f, 1) },
			"WaitFor, 0":     func() { _, _ = async.WaitFor(ctx, f, 0) },
			"AsCompleted": func() {
				for range async.AsCompleted(ctx, f) {
					break
				}
			},
		} {
			require.PanicsWithValue(t, mend, await, name)
		}
		require.False(t, f.Done())
	})
	require.NoError(t, other.Run(context.Background(), func(ctx context.Context) error {
		_ = f.SetResult(1) // and nothing of the other loop hears of it
		return async.Yield(ctx)
	}))
	require.NoError(t, other.Close())
}

func TestContextMayBeUsedByAGoroutineThatWaitsForTheLoop(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		done := make(chan string)
		go func() { done <- fmt.Sprint(ctx.Err(), ctx.Value(testkit.Key("none"))) }()
		require.Equal(t, "<nil> <nil>", <-done)
	})
}

func TestGoOfANilFunctionPanicsWithTheFix(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		var tg async.TaskGroup
		for name, use := range map[string]func(){
			"Go":            func() { async.Go(ctx, nil) },
			"GoValue":       func() { async.GoValue[int](ctx, nil) },
			"GoEager":       func() { async.GoEager(ctx, nil) },
			"GoEagerValue":  func() { async.GoEagerValue[int](ctx, nil) },
			"Timeout":       func() { _ = async.Timeout(ctx, testkit.Millisecond, nil) },
			"WithTaskGroup": func() { _ = async.WithTaskGroup(ctx, nil) },
			"TaskGroup.Do":  func() { _ = tg.Do(ctx, nil) },
			"Map":           func() { _, _ = async.Map[int, int](ctx, 0, nil, nil) },
			"Gather":        func() { _, _ = async.Gather(ctx, async.Func(nil)) },
			"Shield":        func() { _, _ = async.Shield(ctx, async.Func(nil)) },
			"WaitFor":       func() { _, _ = async.WaitFor(ctx, async.Coro[int](nil), testkit.Millisecond) },
			"Submit":        func() { async.Submit[int](new(async.Portal), nil) },
			"TaskGroup.Go": func() {
				_ = async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
					tg.Go(nil)
					return nil
				})
			},
		} {
			require.PanicsWithValue(t, "async: a nil function: give the function to run", use, name)
		}
		require.PanicsWithValue(t, "async: a nil callback: give the function to call", func() { async.RunningLoop(ctx).CallSoon(nil) })
		require.PanicsWithValue(t, "async: a nil callback: give the function to call", func() { async.RunningLoop(ctx).CallLater(testkit.Millisecond, nil) })
		require.PanicsWithValue(t, "async: a nil callback: give the function to call", func() { async.NewFuture[int](ctx).OnDone(nil) })
		require.PanicsWithValue(t, "async: a nil Awaitable: give a task, a future or a coroutine", func() { _, _ = async.Shield[int](ctx, nil) })
		require.Len(t, async.AllTasks(ctx), 1, "nothing was started")
	})
	require.PanicsWithValue(t, "async: a nil function: give the function to run", func() { _ = async.Run(context.Background(), nil) })
	require.PanicsWithValue(t, "async: a nil function: give the function to run", func() { _, _ = async.RunValue[int](context.Background(), nil) })
}

func TestContextThatIsNilPanicsWithTheFix(t *testing.T) {
	testkit.Virtually(t, func(context.Context) {
		var none context.Context
		for name, use := range map[string]func(){
			"Run":         func() { _ = async.Run(none, async.Yield) },
			"Go":          func() { async.Go(none, async.Yield) },
			"Yield":       func() { _ = async.Yield(none) },
			"Sleep":       func() { _ = async.Sleep(none, testkit.Millisecond) },
			"NewFuture":   func() { async.NewFuture[int](none) },
			"CurrentTask": func() { async.CurrentTask(none) },
			"RunningLoop": func() { async.RunningLoop(none) },
			"Timeout":     func() { _ = async.Timeout(none, testkit.Millisecond, async.Yield) },
			"WithTimeout": func() { _, _ = async.WithTimeout(none, testkit.Millisecond) },
			"Uncancel":    func() { async.Uncancel(none) },
			"Gather":      func() { _, _ = async.Gather(none, async.Func(async.Yield)) },
		} {
			require.PanicsWithValue(t, "async: a nil context: pass on the ctx that Run or Go gives to its function, or give Run context.Background()", use, name)
		}
	})
}

func TestWaitPanicsWithAnUnknownWhen(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		for _, when := range []async.When{-1, 3} {
			mend := fmt.Sprintf("async: Wait for When(%d): use AllCompleted, FirstCompleted or FirstError", when)
			require.PanicsWithValue(t, mend, func() { _, _, _ = async.Wait[async.AnyTask](ctx, when) })
			require.PanicsWithValue(t, mend, func() {
				_, _, _ = async.WaitTimeout(ctx, when, testkit.Millisecond, async.NewFuture[int](ctx))
			})
		}
	})
}

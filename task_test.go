package async_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestTaskGivesItsValueOrItsError(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		good := async.GoValue(ctx, after(time.Second, "value"))
		bad := async.GoValue(ctx, failing(time.Second, errBoom))
		_, err := good.Result()
		require.ErrorIs(t, err, async.ErrInvalidState)

		v, err := good.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, "value", v)
		require.NoError(t, good.Err())

		n, err := bad.Await(ctx)
		require.Same(t, errBoom, err)
		require.Zero(t, n)
		require.Same(t, errBoom, bad.Err())
		require.True(t, bad.Done())
		require.False(t, bad.Canceled())
	})
}

func TestTaskThatFailsKeepsNoValue(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.GoValue(ctx, func(context.Context) (int, error) { return 5, errBoom })
		v, err := task.Await(ctx)
		require.Same(t, errBoom, err)
		require.Zero(t, v)
		v, _ = task.Result()
		require.Zero(t, v)
	})
}

func TestTaskBeginsInItsTurn(t *testing.T) {
	var r record
	virtually(t, func(ctx context.Context) {
		async.RunningLoop(ctx).CallSoon(func() { r.Add("before") })
		task := async.Go(ctx, func(context.Context) error { r.Add("task"); return nil })
		async.RunningLoop(ctx).CallSoon(func() { r.Add("after") })
		r.Add("main")
		_ = task.Wait(ctx)
	})
	require.Equal(t, record{"main", "before", "task", "after"}, r)
}

func TestTaskNamesAreNumberedInTheOrderOfTheStart(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		require.Equal(t, "Task-1", async.CurrentTask(ctx).Name())
		a, b := async.Go(ctx, async.Yield), async.Go(ctx, async.Yield)
		require.Equal(t, "Task-2", a.Name())
		require.Equal(t, "Task-3", b.Name())
		a.SetName("reader")
		require.Equal(t, "reader", a.Name())
		require.Equal(t, "reader", a.Any().Name())
		b.Any().SetName("writer")
		require.Equal(t, "writer", b.Name())
	})
}

func TestCurrentTaskIsThatOfTheContext(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).SetName("me")
			_ = async.Yield(ctx)
			inner, cancel := context.WithCancel(context.WithValue(ctx, ctxKey("a"), 1))
			defer cancel()
			require.Equal(t, async.CurrentTask(ctx), async.CurrentTask(inner))
			return nil
		})
		_ = async.Yield(ctx)
		require.Equal(t, "me", task.Name())
		require.NotEqual(t, task.Any(), async.CurrentTask(ctx))
		require.NoError(t, task.Wait(ctx))
	})
}

func TestAllTasksAreThoseThatHaveNotEndedInOrder(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a := async.Go(ctx, forever)
		b := async.Go(ctx, func(context.Context) error { return nil })
		c := async.Go(ctx, forever)
		require.Equal(t, []async.AnyTask{async.CurrentTask(ctx), a.Any(), b.Any(), c.Any()}, async.AllTasks(ctx))
		_ = async.Yield(ctx)
		require.Equal(t, []async.AnyTask{async.CurrentTask(ctx), a.Any(), c.Any()}, async.AllTasks(ctx))
		a.Cancel()
		_ = a.Wait(ctx)
		require.Equal(t, []async.AnyTask{async.CurrentTask(ctx), c.Any()}, async.AllTasks(async.RunningLoop(ctx).Context()))
	})
}

func TestAnyTaskDoesWhatTheTaskDoes(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.GoValue(ctx, after(time.Second, 1))
		any := task.Any()
		called := 0
		any.OnDone(func() { called++ })
		require.True(t, any.OnDone(func() { called++ })())
		require.False(t, any.Done())
		require.ErrorIs(t, any.Err(), async.ErrInvalidState)
		require.NoError(t, any.Wait(ctx))
		require.True(t, any.Done())
		require.False(t, any.Canceled())
		require.NoError(t, any.Err())
		require.Equal(t, 1, called)

		other := async.Go(ctx, forever)
		require.True(t, other.Any().CancelCause(errBoom))
		require.Equal(t, 1, other.Any().Canceling())
		require.ErrorIs(t, other.Any().Wait(ctx), errBoom)
		require.True(t, other.Any().Canceled())
		require.False(t, other.Any().Cancel())
	})
}

func TestTaskMayBeAwaitedBySeveral(t *testing.T) {
	var r record
	virtually(t, func(ctx context.Context) {
		task := async.GoValue(ctx, after(time.Second, 1))
		for i := range 3 {
			async.Go(ctx, func(ctx context.Context) error {
				v, err := task.Await(ctx)
				r.Add("%d: %d %v", i, v, err)
				return nil
			})
		}
		_ = task.Wait(ctx)
	})
	require.Equal(t, record{"0: 1 <nil>", "1: 1 <nil>", "2: 1 <nil>"}, r)
}

// waiting is a task's body whose name its String has.
func waiting(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }

func TestTaskStringTellsHowFarItHasCome(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.Contains(t, async.CurrentTask(ctx).String(), "<Task pending name='Task-1' coro=<VirtuallyWith() running at virtual.go:")
		sleeper, waiter := async.Go(ctx, waiting), async.GoValue(ctx, f.Await)
		require.Contains(t, sleeper.String(), "<Task pending name='Task-2' coro=<waiting() running at task_test.go:")
		require.NotContains(t, sleeper.String(), "wait_for")

		_ = async.Yield(ctx)
		require.Contains(t, sleeper.String(), "coro=<waiting() running at task_test.go:")
		require.Contains(t, sleeper.String(), " wait_for=<a timer>>")
		require.Contains(t, waiter.String(), "wait_for=<Future pending>>")
		awaiter := async.Go(ctx, sleeper.Wait)
		_ = async.Yield(ctx)
		require.Contains(t, awaiter.String(), "wait_for=<Task-2>>")

		_ = f.SetResult(6)
		require.Contains(t, waiter.String(), "pending", "its turn has not come")
		_ = async.Yield(ctx)
		require.Contains(t, waiter.String(), "<Task finished name='Task-3' coro=<(*Future")
		require.Contains(t, waiter.String(), " result=6>")
		sleeper.Cancel()
		_ = awaiter.Wait(ctx)
		require.Contains(t, sleeper.String(), "<Task canceled name='Task-2' coro=<waiting() done, defined at task_test.go:")
		require.Contains(t, sleeper.Any().String(), "<Task canceled name='Task-2'")
	})
}

func TestTaskStringOfAPanicIsOneLine(t *testing.T) {
	_, err := listening(func(ctx context.Context) error {
		task := async.Go(ctx, bang)
		require.NotNil(t, panicOf(func() { _ = task.Wait(ctx) }))
		require.Regexp(t, `^<Task finished name='Task-2' coro=<bang\(\) done, defined at helpers_test.go:\d+> error=panic in Task-2: exploded>$`, task.String())
		return nil
	})
	require.NoError(t, err)
}

// inside waits in a function of its own, which the stack has to name.
func inside(ctx context.Context, wait func(ctx context.Context) error) error { return wait(ctx) }

// functions are the short names of the functions of a stack.
func functions(stack []runtime.Frame) (names []string) {
	for _, f := range stack {
		names = append(names, f.Function[strings.LastIndexByte(f.Function, '/')+1:])
	}
	return names
}

func TestTaskStackShowsWhereItIsSuspended(t *testing.T) {
	const me = "TestTaskStackShowsWhereItIsSuspended.func1"
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		sleeper := async.Go(ctx, func(ctx context.Context) error { return inside(ctx, waiting) })
		waiter := async.Go(ctx, func(ctx context.Context) error { return inside(ctx, f.Wait) })
		yielder := async.Go(ctx, func(ctx context.Context) error {
			for range 10 {
				_ = inside(ctx, async.Yield)
			}
			return nil
		})
		require.Nil(t, sleeper.Stack(), "before it has begun")
		for range 5 { // whoever drives the loop, and whoever does not
			_ = async.Yield(ctx)
			require.Equal(t, []string{"async.Sleep", "async_test.waiting", "async_test.inside", "async_test." + me + ".1"}, functions(sleeper.Stack()))
			require.Equal(t, []string{"async.(*Future[...]).Wait", "async_test.inside", "async_test." + me + ".2"}, functions(waiter.Stack()))
			require.Equal(t, []string{"async.Yield", "async_test.inside", "async_test." + me + ".3"}, functions(yielder.Stack()))
		}
		_ = f.SetResult(1)
		_ = waiter.Wait(ctx)
		require.Nil(t, waiter.Stack(), "after its end")
		require.Equal(t, "async_test."+me, functions(async.CurrentTask(ctx).Stack())[0])
		_ = yielder.Wait(ctx)
	})
}

func TestTaskStackMayBeAskedForInACallback(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		sleeper := async.Go(ctx, waiting)
		self := async.CurrentTask(ctx)
		l := async.RunningLoop(ctx)
		_ = async.Yield(ctx)
		asked := false
		l.CallSoon(func() {
			asked = true
			require.Equal(t, []string{"async.Sleep", "async_test.waiting"}, functions(sleeper.Stack()))
			require.Equal(t, "async.Yield", functions(self.Stack())[0])
		})
		_ = async.Yield(ctx)
		require.True(t, asked)
	})
}

func TestTaskStackMayBeAskedForByEachOther(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		for range 5 {
			async.Go(ctx, func(ctx context.Context) error {
				for range 5 {
					for _, other := range async.AllTasks(ctx) {
						stack := functions(other.Stack())
						if other != async.CurrentTask(ctx) && stack != nil {
							require.Contains(t, stack[0], "async.")
						}
					}
					_ = async.Yield(ctx)
				}
				return nil
			})
		}
		for range 6 {
			_ = async.Yield(ctx)
		}
	})
}

func TestTaskStackMayBeAskedForByAnEagerTask(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		driver := async.CurrentTask(ctx)
		var asked int
		ask := func(ctx context.Context, parent async.AnyTask) {
			asked++
			require.Equal(t, "async.(*Task[...]).Wait", functions(driver.Stack())[0])
			require.Nil(t, parent.Stack(), "it is in the middle of a step")
			_ = driver.String()
			_ = parent.String()
		}
		task := async.Go(ctx, func(ctx context.Context) error {
			first := async.CurrentTask(ctx)
			return async.GoEager(ctx, func(ctx context.Context) error {
				second := async.CurrentTask(ctx)
				ask(ctx, first)
				async.GoEager(ctx, func(ctx context.Context) error {
					ask(ctx, first)
					ask(ctx, second)
					return f.Wait(ctx)
				})
				ask(ctx, first)
				_ = f.SetResult(1)
				return nil
			}).Wait(ctx)
		})
		require.NoError(t, task.Wait(ctx))
		require.Equal(t, 4, asked)
	})
}

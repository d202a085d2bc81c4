package async

import (
	"context"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// Void is the value of what has none.
type Void = struct{}

// An Awaitable can be awaited: a [Coro], a [Func], a [*Future], a [*Task], or a
// type of yours.
type Awaitable[T any] interface {
	// Await returns the value once it is there. It may suspend the task
	// that ctx belongs to.
	Await(ctx context.Context) (T, error)
}

// A Coro is a coroutine bound to its arguments: nothing runs until it is
// awaited or started, as with Python's coroutine objects. It may be run any
// number of times.
type Coro[T any] func(ctx context.Context) (T, error)

// Await runs c in the calling task, and suspends when c does.
func (c Coro[T]) Await(ctx context.Context) (T, error) {
	mustHaveFunc(c != nil)
	return c(ctx)
}

// A Func is a coroutine without a value: an Awaitable of [Void].
type Func func(ctx context.Context) error

// Await runs f in the calling task, and suspends when f does.
func (f Func) Await(ctx context.Context) (Void, error) {
	mustHaveFunc(f != nil)
	return Void{}, f(ctx)
}

// Wait does what Await does, without the value.
func (c Coro[T]) Wait(ctx context.Context) error {
	_, err := c.Await(ctx)
	return err
}

// Wait does what Await does, without its Void.
func (f Func) Wait(ctx context.Context) error {
	mustHaveFunc(f != nil)
	return f(ctx)
}

// Run runs main as the first task of a new loop and returns its error;
// asyncio.run.
//
// When main has ended, the tasks it left behind are canceled, in the order they
// were started, and awaited: when Run returns, every task has ended, every
// goroutine of the loop is gone and every timer is stopped. If ctx is canceled,
// main is canceled with its cause. ctx's values are main's.
//
// Run returns an error that is [ErrDeadlock] if nothing can ever wake the tasks
// that are left, be it before main has ended or after. It panics with a
// [*PanicError] if a task panicked and nobody awaited it, and calls
// [runtime.Goexit] if a task did, as t.FailNow does. It panics inside of a
// task: await there, or use [Go].
func Run(ctx context.Context, main func(ctx context.Context) error) error {
	return new(Runner).once(ctx, main)
}

// RunValue does what [Run] does, for a function with a value.
//
//go:noinline
func RunValue[T any](ctx context.Context, main Coro[T]) (T, error) {
	mustHaveFunc(main != nil)
	var value T
	err := Run(ctx, func(ctx context.Context) (err error) {
		if asked(ctx, main) {
			return nil
		}
		value, err = main(ctx)
		return err
	})
	return value, err
}

// Go starts fn as a task: it runs when those that are ready before it have had
// their turn. Go never suspends; asyncio's create_task.
//
// The task belongs to the loop of ctx. It has ctx's values, but not its
// cancellation: a free task is canceled by its Cancel, or by the end of the
// loop. Where tasks are to end with what started them, use a [TaskGroup]. An
// error that nobody asks the task for goes to the loop's error handler.
//
// fn must not lock its thread and then await: a task goes on on the thread of
// its resumer, and the Go runtime ends the process ("coroswitch on wrong
// thread"). What needs runtime.LockOSThread belongs into [ToThread].
func Go(ctx context.Context, fn func(ctx context.Context) error) *Task[Void] {
	t := newTask(fn)
	start(ctx, &t.core, (*body[Void])(t))
	return t
}

// GoValue does what [Go] does, for a function with a value.
func GoValue[T any](ctx context.Context, coro Coro[T]) *Task[T] {
	t := newValueTask(coro)
	start(ctx, &t.core, (*body[T])(t))
	return t
}

// GoEager does what [Go] does, but runs fn at once up to its first suspension,
// before GoEager returns; asyncio's create_task(eager_start=True). A task that
// ends without suspending costs no turn.
func GoEager(ctx context.Context, fn func(ctx context.Context) error) *Task[Void] {
	t := newTask(fn)
	startEager(ctx, &t.core, (*body[Void])(t))
	return t
}

// GoEagerValue does what [GoEager] does, for a function with a value.
func GoEagerValue[T any](ctx context.Context, coro Coro[T]) *Task[T] {
	t := newValueTask(coro)
	startEager(ctx, &t.core, (*body[T])(t))
	return t
}

// Named gives the tasks that are started with the context it returns their
// name; asyncio's create_task(name=). The name is theirs from the beginning,
// also of an eager task, which runs before SetName could be called:
//
//	worker := async.Go(async.Named(ctx, "worker-1"), fn)
//
// In all else the context is ctx. Contexts derived from it, and the tasks that
// the named ones start, do not have the name. In a [TaskGroup] there is
// GoNamed.
func Named(ctx context.Context, name string) context.Context { return sched.Named(ctx, name) }

// GoLazy does what [Go] does, and never runs fn at once, also in a loop that
// starts tasks eagerly; asyncio's create_task(eager_start=False). See
// [Runner.Eager].
func GoLazy(ctx context.Context, fn func(ctx context.Context) error) *Task[Void] {
	t := newTask(fn)
	startLazy(ctx, &t.core, (*body[Void])(t))
	return t
}

// GoLazyValue does what [GoLazy] does, for a function with a value.
func GoLazyValue[T any](ctx context.Context, coro Coro[T]) *Task[T] {
	t := newValueTask(coro)
	startLazy(ctx, &t.core, (*body[T])(t))
	return t
}

func startLazy(ctx context.Context, t *sched.Task, body sched.Body) {
	sched.Of(ctx).Start(t, ctx, body)
}

func start(ctx context.Context, t *sched.Task, body sched.Body) {
	l := sched.Of(ctx)
	if l.Eager() {
		startEager(ctx, t, body)
		return
	}
	l.Start(t, ctx, body)
}

func startEager(ctx context.Context, t *sched.Task, body sched.Body) {
	l := sched.Of(ctx)
	if !l.IsRunning() {
		l.Start(t, ctx, body)
		return
	}
	l.StartEager(t, ctx, body)
}

// Sleep suspends the task for d by the loop's clock; asyncio.sleep. With d <= 0
// it passes the baton once, as [Yield].
//
// If ctx is canceled first, Sleep returns its error and the timer is stopped.
func Sleep(ctx context.Context, d time.Duration) error { return sched.Sleep(ctx, d) }

// SleepValue does what [Sleep] does, with v as its value.
func SleepValue[T any](ctx context.Context, d time.Duration, v T) (T, error) {
	if err := Sleep(ctx, d); err != nil {
		var zero T
		return zero, err
	}
	return v, nil
}

// Yield passes the baton: every task that is ready now runs before it returns;
// asyncio.sleep(0).
//
// If ctx is canceled, Yield passes the baton all the same and then returns its
// error.
func Yield(ctx context.Context) error { return sched.Yield(ctx) }

// Uncancel acknowledges the cancellations that have made ctx done. The context
// it returns has ctx's values and is canceled by later ones only; asyncio's
// Task.uncancel. Use it to go on after a cancellation, or to clean up with
// awaits:
//
//	ctx = async.Uncancel(ctx)
//
// Uncancel never suspends. An acknowledgement belongs to the context it
// returned: ctx itself stays done.
func Uncancel(ctx context.Context) context.Context { return sched.Uncancel(ctx) }

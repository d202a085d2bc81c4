package async

import (
	"context"
	"sync/atomic"

	"github.com/gobaton/async/internal/sched"
)

// An Executor runs functions away from the loop; concurrent.futures.Executor. A
// [ThreadPool] is one. Its methods may be called from any goroutine.
type Executor interface {
	// Execute lets run be called once, by a goroutine of the executor's,
	// now or when its turn comes, and does not wait for that. run gets ctx,
	// or a context derived from it; where that is done, the function behind
	// run is not called, and counts as canceled with its cause. If the
	// executor takes no more, Execute returns an error and never calls run.
	Execute(ctx context.Context, run func(ctx context.Context)) error

	// Shutdown lets the executor take no more, and returns when all that it
	// took has ended, or with ctx's error. In a task it suspends.
	Shutdown(ctx context.Context) error
}

// ToThread runs fn on a goroutine of its own and returns its error: for what
// blocks, or computes for long. The task is suspended meanwhile, and the loop
// goes on; asyncio.to_thread. It uses the loop's executor, see [Runner].
//
// fn's ctx has ctx's values, is done when the await is interrupted, and is no
// task's: awaiting with it panics. It is of no use after fn has returned. What
// fn shares with the loop's tasks needs the care that goroutines need.
//
// Functions come back in the order in which they end. In virtual time, which
// stands still meanwhile, they come back in the order of the calls, so that
// none may wait there for what follows the return of a later one.
//
// If ctx is canceled first, ToThread returns its error at once: if fn has
// begun, it goes on, and its result is dropped; if not, it never runs. If fn
// panics, ToThread panics with a [*PanicError] that has fn's stack; if fn calls
// [runtime.Goexit], so does ToThread.
func ToThread(ctx context.Context, fn func(ctx context.Context) error) error {
	p := sched.Enter(ctx)
	mustHaveFunc(fn != nil)
	l := RunningLoop(ctx)
	c := l.threads.freeCall(l.core)
	c.fn = fn
	c.offload.Init(&c.future, ctx, c)
	if p.Status() == sched.NotRequested { // else Await fails, and fn never runs
		if err := l.execute(ctx, l.executor(), &c.offload); err != nil {
			return err
		}
	}
	err := c.offload.Await(p)
	if err == nil {
		l.threads.reuse(c)
	}
	return err
}

// ToThreadValue does what [ToThread] does, for a function with a value.
func ToThreadValue[T any](ctx context.Context, fn func(ctx context.Context) (T, error)) (value T, err error) {
	mustHaveFunc(fn != nil)
	var v T
	err = ToThread(ctx, func(ctx context.Context) (err error) {
		v, err = fn(ctx)
		return err
	})
	if err != nil { // v is the function's, which may still run
		return value, err
	}
	return v, nil
}

// ToThreadAcquire does what [ToThreadValue] does, for a value that has to be
// given back: an open file, a connection, a response with a body. If the await
// is interrupted, release is called for the value that acquire returns all the
// same, so that nothing leaks; on the goroutine of acquire, or in the task.
//
// Release must neither await nor block for long. All else is as with
// [ToThread].
func ToThreadAcquire[T any](ctx context.Context, acquire func(ctx context.Context) (T, error), release func(value T)) (value T, err error) {
	var acquired T
	var settled atomic.Bool // by the first of two: the value is there, the await was interrupted
	err = ToThread(ctx, func(ctx context.Context) error {
		v, err := acquire(ctx)
		if err != nil {
			return err
		}
		acquired = v
		if !settled.CompareAndSwap(false, true) {
			release(v)
		}
		return nil
	})
	if err == nil {
		return acquired, nil
	}
	if ctx.Err() != nil && !settled.CompareAndSwap(false, true) {
		release(acquired)
	}
	return value, err
}

// RunInExecutor hands fn to ex, or to the loop's executor if ex is nil, and
// returns the future of its value; asyncio's run_in_executor. It never
// suspends. If ex takes no more, the future has failed.
//
// All else is as with [ToThread], with the future's cancellation in place of
// the await's. A future that nobody cancels keeps Run from ending before fn
// has.
func RunInExecutor[T any](ctx context.Context, ex Executor, fn func(ctx context.Context) (T, error)) *Future[T] {
	mustHaveFunc(fn != nil)
	c := &executorCall[T]{fn: fn}
	l := RunningLoop(ctx)
	l.core.Check("RunInExecutor was called")
	c.future.core.Init(l.core)
	c.offload.Init(&c.future.core, ctx, c)
	c.offload.FollowFuture()
	if ex == nil {
		ex = l.executor()
	}
	if err := l.execute(ctx, ex, &c.offload); err != nil {
		_ = c.future.SetError(err)
	}
	return &c.future
}

// threadCall is a function off the loop that a task awaits.
type threadCall struct {
	future  sched.Future
	offload sched.Offload
	fn      func(ctx context.Context) error
	next    *threadCall // among those that are free
}

// Run calls the function.
func (c *threadCall) Run(ctx context.Context) error { return c.fn(ctx) }

// Arrive does nothing.
func (c *threadCall) Arrive() {}

// executorCall is a function off the loop with a future that anybody may await.
type executorCall[T any] struct {
	future  Future[T]
	offload sched.Offload
	fn      func(ctx context.Context) (T, error)
	value   T
}

// Run calls the function.
func (c *executorCall[T]) Run(ctx context.Context) (err error) {
	c.value, err = c.fn(ctx)
	return err
}

// Arrive gives the future its value.
func (c *executorCall[T]) Arrive() { c.future.value = c.value }

package async

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A Runner runs functions on one loop, again and again; asyncio.Runner. The
// zero Runner is ready. Its fields must not change once it was used.
type Runner struct {
	// Clock is what the loop reads time from; nil: the machine's clock.
	Clock Clock

	// OnError receives what no return value says: errors that nobody
	// retrieved, panics in tasks and callbacks. nil: they are logged as
	// errors to Logger, as is what it panics with. It must not suspend.
	OnError func(*ErrorEvent)

	// ReturnPanics makes Close return the [*PanicError] of a task that
	// nobody awaited, in place of panicking with it.
	ReturnPanics bool

	// Logger is where the loop logs; nil: slog.Default().
	Logger *slog.Logger

	// Eager makes Go start tasks as GoEager does; asyncio's
	// eager_task_factory.
	Eager bool

	// Executor runs the functions of ToThread, and of RunInExecutor without
	// an executor; nil: a ThreadPool without a bound. It belongs to the
	// Runner: Close shuts it down.
	Executor Executor

	// ShutdownTimeout is how long Close waits for functions that are off
	// the loop, by the loop's clock; 0: five minutes, as with asyncio.run.
	// What goes on after that goes to OnError.
	ShutdownTimeout time.Duration

	// Interrupt makes the first SIGINT during Run cancel main with
	// ErrInterrupted as its cause, as asyncio.Runner does. A second one
	// ends the process.
	Interrupt bool

	// Debug makes the loop explain itself; asyncio's debug=True, and set
	// ASYNC_DEBUG=1 for it in the environment. Reports then say where tasks
	// were started, steps that hold the baton for too long are reported
	// while they do, as is a Close that does not come to its end, and a
	// goroutine that touches the loop without holding the baton panics.
	Debug bool

	// SlowStep is how long a step may hold the baton before Debug reports
	// it; 0: 100 ms, as asyncio's slow_callback_duration. It is the
	// machine's time. Slow steps are reported to OnError from another
	// goroutine, for the loop's is busy.
	SlowStep time.Duration

	loop     *Loop
	closed   bool
	stopped  chan struct{} // closed when the loop of Start has ended
	ending   bool          // the loop of Start is being ended
	panicked *PanicError   // that nobody retrieved
	deadlock error         // of what was to be ended
	portal   *Portal       // of Start
}

// Run runs main as a task of the runner's loop and returns its error. Tasks
// that main leaves behind stay where they are until the next Run, or Close: Run
// returns after the iteration that follows main's last.
//
// See the function [Run] for all else. After an ErrDeadlock no task is left; a
// Goexit closes the runner.
func (r *Runner) Run(ctx context.Context, main func(ctx context.Context) error) error {
	r.enter(ctx)
	return r.run(ctx, newTask(main))
}

// RunValueIn does what [Runner.Run] does, for a function with a value.
//
//go:noinline
func RunValueIn[T any](r *Runner, ctx context.Context, main Coro[T]) (T, error) {
	var value T
	err := r.Run(ctx, func(ctx context.Context) (err error) {
		if asked(ctx, main) {
			return nil
		}
		value, err = main(ctx)
		return err
	})
	return value, err
}

// Loop returns the runner's loop, made if need be; asyncio.Runner.get_loop.
//
// It panics after Close.
func (r *Runner) Loop() *Loop {
	if r.closed {
		panic("async: Loop of a Runner that was closed: make a new one")
	}
	if r.loop == nil {
		r.loop = r.newLoop(context.Background())
	}
	return r.loop
}

// once does what the function Run does.
func (r *Runner) once(ctx context.Context, main func(ctx context.Context) error) (err error) {
	r.enter(ctx)
	defer func() {
		switch closing := r.Close(); {
		case err == nil:
			err = closing
		case closing != nil:
			r.report(&ErrorEvent{Message: "deadlock during Run's shutdown", Err: closing})
		}
	}()
	return r.run(ctx, newTask(main))
}

// enter makes the loop, and panics where it cannot run.
func (r *Runner) enter(ctx context.Context) {
	if sched.Running(ctx) && sched.Of(ctx).IsRunning() {
		panic("async: Run inside of a running loop: await the function, or start it with Go")
	}
	if r.closed {
		panic("async: Run on a Runner that was closed: make a new one")
	}
	if r.stopped != nil {
		panic("async: Run on a Runner that Start has set off: use its Portal")
	}
	if r.loop != nil && r.loop.core.IsRunning() {
		panic("async: the Runner's loop runs already: use its Portal from other goroutines")
	}
	if sched.OnLoop() {
		panic("async: Run inside of a running loop: await the function, or start it with Go")
	}
	if r.loop == nil {
		r.loop = r.newLoop(ctx)
	}
}

func (r *Runner) newLoop(values context.Context) *Loop {
	shell := &Loop{runner: r}
	shell.core = sched.New(sched.Config{
		Clock:         r.Clock,
		OnError:       r.report,
		Debug:         r.debugs(),
		SlowStep:      r.slowStep(),
		Eager:         r.Eager,
		ReportAtClose: r.Clock != nil && r.Clock.Virtual(),
		Values:        values,
	})
	shell.core.Owner = shell
	if r.Executor != nil {
		shell.useThreads()
	}
	return shell
}

// report reports what no return value says. Where OnError panics, it goes to
// the logger, and the panic as well.
func (r *Runner) report(e *ErrorEvent) {
	if r.OnError == nil {
		r.log(e)
		return
	}
	defer func() {
		if v := recover(); v != nil {
			r.log(e)
			r.log(&ErrorEvent{Message: "panic in OnError", Err: &PanicError{Task: "OnError", Value: v, Stack: debug.Stack()}})
		}
	}()
	r.OnError(e)
}

// log writes an event to the logger; asyncio's default_exception_handler.
func (r *Runner) log(e *ErrorEvent) {
	logger := r.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.Error("async: "+e.Message, attributes(e)...)
}

// run runs main until it has ended.
func (r *Runner) run(ctx context.Context, main *Task[Void]) error {
	l := r.loop.core
	l.Start(&main.core, ctx, (*body[Void])(main))
	defer atEnd(&main.core.Future, l.Stop)()
	defer r.cancelWith(ctx, main)()
	if r.Interrupt {
		defer r.cancelOnInterrupt(main)()
	}
	exited := true
	defer func() {
		if exited { // a task, or a callback, called Goexit
			_ = r.Close()
		}
	}()
	err := r.outcome(l.Run(ctx), main)
	exited = false
	var panicked *PanicError
	if errors.As(err, &panicked) {
		panic(panicked)
	}
	return err
}

// outcome returns main's error, or the report of a deadlock.
func (r *Runner) outcome(end sched.End, main *Task[Void]) error {
	l := r.loop.core
	if end == sched.Stopped && !main.core.Settled() {
		return ErrStopped
	}
	err := main.core.Outcome()
	if end == sched.Deadlocked {
		err = l.Deadlock()
		l.EndTasks(err)
		_ = main.core.Outcome()
	}
	if l.Exited() {
		runtime.Goexit()
	}
	return err
}

// Close ends the loop: tasks that are left are canceled, in the order they were
// started, and awaited; with a loop of Start the cause is [ErrClosed].
// Callbacks that are ready are called, timers are not. Then it waits for the
// functions that run off the loop, for ShutdownTimeout. What is submitted from
// then on fails with ErrClosed.
//
// Close returns an error that is [ErrDeadlock] if nothing can ever wake the
// tasks that are left; their deferred functions have run then. It panics with
// the [*PanicError] of a task that nobody awaited, and is to be called once;
// further calls do nothing. It panics in a task or callback of the loop.
func (r *Runner) Close() error {
	if r.closed {
		return nil
	}
	if r.loop != nil && r.stopped == nil && r.loop.core.IsRunning() {
		panic("async: Close of a Runner whose loop runs: call it after Run")
	}
	if r.stopped != nil && r.loop.core.Holds() {
		panic("async: Close of a Runner in a task or callback of its own loop would wait for itself: call it from outside, or Loop.Stop")
	}
	r.closed = true
	if r.loop == nil {
		return nil
	}
	r.end()
	switch {
	case r.loop.core.Exited():
		runtime.Goexit()
	case r.panicked != nil && r.ReturnPanics:
		return r.panicked
	case r.panicked != nil:
		panic(r.panicked)
	}
	return r.deadlock
}

// end ends the loop, here or where it runs.
func (r *Runner) end() {
	if r.stopped == nil {
		r.shut()
		return
	}
	l := r.loop.core
	l.Post(l.Callback(l.Stop))
	<-r.stopped
}

// shut ends the loop here, even if a callback calls Goexit meanwhile.
func (r *Runner) shut() {
	ended := false
	defer func() {
		if !ended {
			r.shut()
		}
	}()
	r.shutLoop()
	ended = true
}

// shutLoop ends the loop's tasks and all that listens for it.
func (r *Runner) shutLoop() {
	l := r.loop
	var cause error
	if r.stopped != nil {
		cause = ErrClosed // for those that wait outside
	}
	if deadlock := l.core.EndTasks(cause); deadlock != nil && r.deadlock == nil {
		r.deadlock = deadlock
	}
	for len(l.signals) > 0 {
		l.RemoveSignalHandler(l.signals[0].signal)
	}
	r.panicked = l.core.Close()
	l.reportPortals()
}

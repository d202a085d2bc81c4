package async

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A Runner runs functions on one loop, again and again; asyncio.Runner. The zero Runner is ready. Its fields must not change
// once it was used.
type Runner struct {
	// Clock is what the loop reads time from; nil: the machine's clock.
	Clock Clock

	// OnError is told what nobody else is told: errors that nobody retrieved, panics in tasks and callbacks.
	// nil: they are logged as errors to Logger. It must not suspend.
	OnError func(*ErrorEvent)

	// Logger is where the loop logs; nil: slog.Default().
	Logger *slog.Logger

	// Eager makes Go start tasks as GoEager does; asyncio's eager_task_factory.
	Eager bool

	// Interrupt makes the first SIGINT during Run cancel main with ErrInterrupted as its cause, as asyncio.Runner
	// does. A second one ends the process.
	Interrupt bool

	// Debug notes where tasks were started, for reports.
	Debug bool

	// SlowStep is how long a step may hold the baton before Debug reports it; 0: 100 ms.
	SlowStep time.Duration

	loop    *Loop
	closed  bool
	stopped chan struct{} // closed when the loop of Start has ended
	portal  *Portal
}

// Run runs main as a task of the runner's loop and returns its error. Tasks that main leaves behind stay where they are
// until the next Run, or Close: Run returns after the iteration that follows main's last.
//
// See the function [Run] for all else. After an ErrDeadlock, a Goexit or a panic no task is left.
func (r *Runner) Run(ctx context.Context, main func(ctx context.Context) error) error {
	r.enter(ctx)
	t := &Task[Void]{fn: main}
	return r.run(ctx, t)
}

// RunValueIn is [Runner.Run] for a function with a value.
func RunValueIn[T any](r *Runner, ctx context.Context, main Coro[T]) (T, error) {
	var value T
	err := r.Run(ctx, func(ctx context.Context) (err error) {
		value, err = main(ctx)
		return err
	})
	return value, err
}

// Loop is the runner's loop, made if need be; asyncio.Runner.get_loop.
func (r *Runner) Loop() *Loop {
	if r.loop == nil {
		r.loop = r.newLoop(context.Background())
	}
	return r.loop
}

// once is the function Run.
func (r *Runner) once(ctx context.Context, main func(ctx context.Context) error) error {
	r.enter(ctx)
	finished := false
	defer func() {
		if !finished { // main panicked, or it, or a callback, called Goexit
			_ = r.Close()
		}
	}()
	err := r.run(ctx, &Task[Void]{fn: main})
	finished = true
	if closing := r.Close(); err == nil {
		err = closing
	}
	return err
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
	if r.loop == nil {
		r.loop = r.newLoop(ctx)
	}
	if r.loop.core.IsRunning() {
		panic("async: the Runner's loop runs already: use its Portal from other goroutines")
	}
}

func (r *Runner) newLoop(values context.Context) *Loop {
	shell := &Loop{runner: r}
	shell.core = sched.New(sched.Config{
		Clock:   r.Clock,
		OnError: r.report,
		Debug:   r.Debug,
		Eager:   r.Eager,
		Patient: r.Clock != nil && r.Clock.Virtual(),
		Values:  values,
	})
	shell.core.Shell = shell
	return shell
}

// report tells what nobody else is told.
func (r *Runner) report(e *ErrorEvent) {
	if r.OnError != nil {
		r.OnError(e)
		return
	}
	logger := r.Logger
	if logger == nil {
		logger = slog.Default()
	}
	logger.Error("async: "+e.Message, "task", e.Task, "error", e.Err)
}

// run runs main until it has ended.
func (r *Runner) run(ctx context.Context, main *Task[Void]) error {
	l := r.loop.core
	l.Start(&main.core, ctx, (*body[Void])(main))
	last := sched.NewLink((*stop)(l))
	main.core.Notify(&last)
	defer r.cancelWith(ctx, main)()
	if r.Interrupt {
		defer r.cancelOnInterrupt(main)()
	}
	switch l.Run(ctx) {
	case sched.Deadlocked:
		deadlock := l.Deadlock()
		l.EndTasks(deadlock)
		_ = main.core.Outcome()
		return deadlock
	case sched.Exited:
		_ = r.Close()
		runtime.Goexit()
	}
	err := main.core.Outcome()
	var panicked *PanicError
	if errors.As(err, &panicked) {
		panic(panicked)
	}
	return err
}

// stop is the loop as what main's end lets happen.
type stop sched.Loop

// Fire lets the loop stop when this iteration has ended.
func (s *stop) Fire() { (*sched.Loop)(s).Stop() }

// cancelWith cancels main when ctx is done.
func (r *Runner) cancelWith(ctx context.Context, main *Task[Void]) (release func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	if ctx.Err() != nil {
		main.CancelCause(context.Cause(ctx))
		return func() {}
	}
	l := r.loop.core
	stop := context.AfterFunc(ctx, func() {
		l.Post(l.Callback(func() { main.CancelCause(context.Cause(ctx)) }))
	})
	return func() { stop() }
}

// cancelOnInterrupt cancels main with the first SIGINT and leaves the next to the system.
func (r *Runner) cancelOnInterrupt(main *Task[Void]) (release func()) {
	h := listen(r.loop.core, os.Interrupt, func() {
		signal.Reset(os.Interrupt)
		main.CancelCause(ErrInterrupted)
	})
	return h.close
}

// Start runs the loop in a goroutine of its own until Close, for programs that are not written around a loop. It returns the portal to it.
func (r *Runner) Start(ctx context.Context) *Portal {
	r.enter(ctx)
	r.portal = r.loop.Portal()
	r.stopped = make(chan struct{})
	go func() {
		defer close(r.stopped)
		defer r.loop.shut()
		for r.loop.core.Run(ctx) == sched.Exited {
			continue // the task's handle has ErrGoexit
		}
	}()
	return r.portal
}

// Close ends the loop: tasks that are left are canceled, in the order they were started, and awaited. It panics with the
// [*PanicError] of a task that nobody awaited, and is to be called once; further calls do nothing.
func (r *Runner) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	if r.loop == nil {
		return nil
	}
	if r.stopped != nil {
		l := r.loop.core
		l.Post(l.Callback(l.Stop))
		<-r.stopped
		return nil
	}
	if panicked := r.loop.shut(); panicked != nil && !r.loop.core.Exited() {
		panic(panicked)
	}
	return nil
}

// shut ends the loop's tasks and all that listens for it.
func (l *Loop) shut() *PanicError {
	l.core.EndTasks(nil)
	for len(l.signals) > 0 {
		l.RemoveSignalHandler(l.signals[0].signal)
	}
	return l.core.Close()
}

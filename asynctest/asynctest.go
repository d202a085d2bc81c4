// Package asynctest tests programs of package async: in virtual time, in every order that matters, with the same
// outcome on every run. It sees the scheduler alone and imports no async, so that any test may use it.
//
// [Run] runs a test as the first task of a loop whose time is virtual: sleeping takes no time, and the loop knows when
// it is deadlocked. Inside, [Advance] lets time pass and [WaitIdle] lets all others run until they are blocked, a
// [Sequencer] forces an order between tasks, [MustSuspend] and [MustNotSuspend] hold a function to its word, and
// [Always] and [Eventually] look at shared state whenever the baton passes. [Record] writes down what happens, and
// [Golden] compares that with a file.
//
// [Explore] runs a test again and again, each time in another order of the tasks that could run, and with cancellations
// if asked to: it finds the order in which a program fails. Between two awaits no other task runs, so the orders of a
// loop's steps are all the orders there are, and a failure comes back exactly when its order does. See [Explorer].
//
// [CheckLock] and [CheckQueue] try whether a primitive of your own is fair and loses nothing to a cancellation.
package asynctest

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// Run runs f as the first task of a loop in virtual time. Time stands still while anything runs and jumps to the next timer
// when nothing does. It works alone and inside of [testing/synctest].
//
// When f has ended, the tasks that are left are canceled and awaited. The test fails if nothing can ever wake the tasks
// that are left, with an error that nobody retrieved, and if goroutines that were started in f are still there after
// all. A panic in a task panics here; t.FailNow, and so require, in a task ends the test.
func Run(t testing.TB, f func(ctx context.Context)) {
	t.Helper()
	leaks := label(t)
	defer leaks.check(t)
	l := newLab(t, sched.Config{Values: leaks.ctx})
	var task sched.Task
	last := sched.NewLink((*stop)(l.loop))
	l.loop.Start(&task, l.loop, main(f))
	task.Notify(&last)
	defer l.end() // also after a Goexit in a callback, which is one of this goroutine
	if l.loop.Run(context.Background()) == sched.Deadlocked {
		t.Errorf("%v", l.loop.Deadlock())
	}
}

// end ends the loop of Run.
func (l *lab) end() {
	l.conclude()
	l.loop.EndTasks(nil)
	panicked := l.loop.Close()
	switch {
	case l.loop.Exited():
		runtime.Goexit()
	case panicked != nil:
		panic(panicked)
	}
}

// A lab is a loop that is under test.
type lab struct {
	loop     *sched.Loop
	t        testing.TB
	promises []*promise
	watched  bool // somebody looks at them when the baton passes
	broken   bool // one was broken that should hold always
}

// newLab makes a loop in virtual time whose troubles fail t.
func newLab(t testing.TB, c sched.Config) *lab {
	l := &lab{t: t}
	c.Clock, c.Patient, c.Debug, c.OnError = NewClock(), true, true, l.report
	l.loop = sched.New(c)
	l.loop.Lab = l
	return l
}

// report fails the test for what nobody else would tell it. A panic in a task is told by whoever awaits the task, at
// the latest by Close.
func (l *lab) report(e *sched.Event) {
	var panicked *sched.PanicError
	if e.Task != "" && errors.As(e.Err, &panicked) {
		return
	}
	who := e.Task
	if e.Started != "" {
		who += " (started at " + e.Started + ")"
	}
	l.t.Errorf("%s: %s: %v", who, e.Message, e.Err)
}

// labOf is the lab whose loop ctx belongs to. It panics where that is none.
func labOf(ctx context.Context, what string) *lab {
	if l, ok := sched.Of(ctx).Lab.(*lab); ok {
		return l
	}
	panic("asynctest: " + what + " works in loops of asynctest.Run and Explore: use one of them in place of async.Run")
}

// main is a test as what its task runs.
type main func(ctx context.Context)

// Run runs the test. It is called by the scheduler.
func (f main) Run(t *sched.Task) error {
	f(t)
	return nil
}

// Describe names the task. It is called by the scheduler.
func (f main) Describe() string { return "the test" }

type stop sched.Loop

// Fire ends the loop's run.
func (s *stop) Fire() { (*sched.Loop)(s).Stop() }

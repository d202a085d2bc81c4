// Package asynctest tests programs of package async: in virtual time, in every
// order that matters, with the same outcome on every run. It sees the scheduler
// alone and imports no async, so that any test may use it.
//
// [Run] runs a test as the first task of a loop whose time is virtual: sleeping
// takes no time, and the loop knows when it is deadlocked. Inside, [Advance]
// lets time pass and [WaitIdle] lets all others run until they are blocked, a
// [Sequencer] forces an order between tasks, [MustSuspend] and [MustNotSuspend]
// hold a function to its word, and [Always] and [Eventually] look at shared
// state whenever the baton passes. [Record] writes down what happens, and
// [Golden] compares that with a file.
//
// [Explore] runs a test again and again, each time in another order of the
// tasks that could run, with tasks canceled and timers late where the test
// allows it: it finds the order in which a program fails. [Choose] and [Fail]
// are what the test's fakes leave open, explored with the order. Between two
// awaits no other task runs, so the orders of a loop's steps are all the orders
// there are, and a failure comes back exactly when its order does. See
// [Explorer].
//
// [CheckLock], [CheckQueue] and others like them try whether a primitive of
// your own is fair and loses nothing to a cancellation; [CheckLinearizable]
// compares calls of tasks with a model.
package asynctest

import (
	"context"
	"runtime"
	"testing"

	"github.com/gobaton/async/internal/explore"
	"github.com/gobaton/async/internal/sched"
)

// Run runs f as the first task of a loop in virtual time. Time stands still
// while anything runs and jumps to the next timer when nothing does. It works
// alone and inside of [testing/synctest].
//
// When f has ended, the tasks that are left are canceled and awaited. The test
// fails if nothing can ever wake the tasks that are left, with an error that
// nobody retrieved, and if goroutines that were started in f are still there
// after all. A panic in a task panics here; t.FailNow, and so require, in a
// task ends the test.
func Run(t testing.TB, f func(ctx context.Context)) {
	t.Helper()
	leaks := label(t)
	defer leaks.check(t)
	u := explore.NewTester(t, leaks.ctx)
	var task sched.Task
	u.Start(&task, f)
	defer end(t, u) // also after a Goexit in a callback, which is one of this goroutine
	if u.Loop.Run(context.Background()) == sched.Deadlocked {
		t.Errorf("%v", u.Loop.Deadlock())
	}
}

// end ends the loop of Run.
func end(t testing.TB, u *explore.Tester) {
	t.Helper()
	u.Conclude()
	if deadlock := u.Loop.EndTasks(nil); deadlock != nil && !t.Failed() {
		t.Errorf("%v", deadlock)
	}
	panicked := u.Loop.Close()
	switch {
	case u.Loop.Exited():
		runtime.Goexit()
	case panicked != nil:
		panic(panicked)
	}
}

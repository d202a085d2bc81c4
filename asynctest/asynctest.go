// Package asynctest tests programs of package async: in virtual time, with the same outcome on every run.
//
// It sees the scheduler alone and imports no async, so that any test may use it.
package asynctest

import (
	"context"
	"runtime"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// Run runs f as the first task of a loop in virtual time. Time stands still while anything runs and jumps to the next timer
// when nothing does.
//
// The test fails if nothing can ever wake the tasks that are left, and with an error that nobody retrieved. A panic in a task
// panics here; t.FailNow, and so require, in a task ends the test.
func Run(t testing.TB, f func(ctx context.Context)) {
	t.Helper()
	l := sched.New(sched.Config{
		Clock:   NewClock(),
		Patient: true,
		Values:  t.Context(),
		OnError: func(e *sched.Event) { t.Errorf("%s: %s: %v", e.Task, e.Message, e.Err) },
	})
	var task sched.Task
	last := sched.NewLink((*stop)(l))
	l.Start(&task, l, main(f))
	task.Notify(&last)
	end := l.Run(context.Background())
	if end == sched.Deadlocked {
		t.Errorf("%v", l.Deadlock())
	}
	l.EndTasks(nil)
	panicked := l.Close()
	switch {
	case l.Exited():
		runtime.Goexit()
	case panicked != nil:
		panic(panicked)
	}
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

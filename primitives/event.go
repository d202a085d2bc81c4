package primitives

import (
	"context"
	"fmt"

	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/waitq"
)

// An Event tells any number of tasks that something has happened;
// asyncio.Event. The zero Event is not set.
type Event struct {
	waiters waitq.Queue
	set     bool
}

// Wait returns nil once e is set. It suspends the task until then; waiting
// tasks are woken in the order they came. A Clear after the Set takes nothing
// back from them.
//
// If ctx is canceled first, Wait returns its error and leaves e unchanged.
func (e *Event) Wait(ctx context.Context) error {
	p := e.waiters.Enter(ctx)
	if e.set {
		return nil
	}
	_, err := e.waiters.Wait(p, awaitedEvent)
	return err
}

var awaitedEvent fmt.Stringer = sched.Text("an Event")

// Set sets e and wakes all tasks that wait. It never suspends.
func (e *Event) Set() {
	if sched.Guarding() {
		waitq.CheckCaller("Event.Set was called", &e.waiters)
	}
	if !e.set {
		e.set = true
		e.waiters.WakeAll()
	}
}

// Clear makes e not set: a Wait from now on waits for the next Set. It never
// suspends.
func (e *Event) Clear() {
	if sched.Guarding() {
		waitq.CheckCaller("Event.Clear was called", &e.waiters)
	}
	e.set = false
}

// IsSet reports whether e is set.
func (e *Event) IsSet() bool { return e.set }

// Waiting returns how many tasks wait for e.
func (e *Event) Waiting() int { return e.waiters.Len() }

// String tells the state of e, like Python's repr.
func (e *Event) String() string {
	state := "unset"
	if e.set {
		state = "set"
	}
	return describe("Event", state, e.Waiting())
}

package sched

import "fmt"

// parking says whether a task stands in a line, and how it left.
type parking uint8

const (
	awake       parking = iota // not in a line
	asleep                     // in a line
	woken                      // by whom it waited for
	interrupted                // by a request
	passing                    // not in a line: a request is being passed on to what it waits for
	starting                   // not in a line: it runs the first step of another task within its own
)

// Park suspends until the task is woken. It returns an error if it was interrupted, be it after it was woken.
// The caller has put the task into its line, and takes it out.
func (p Place) Park(what fmt.Stringer) (woke bool, err error) {
	p.lieDown(what)
	p.task.suspend()
	return p.getUp()
}

// lieDown is what comes before the suspension of a Park.
func (p Place) lieDown(what fmt.Stringer) {
	t := p.task
	t.park, t.waiting, t.under = asleep, what, p.scope
	if t.alert && p.mayNotWait() {
		p.deliver()
		t.unpark(interrupted)
	}
}

// mayNotWait reports whether a request interrupts an await in p that begins.
func (p Place) mayNotWait() bool {
	status := p.Status()
	return status == Undelivered || status == Delivered && !p.insist
}

// getUp is what comes after it.
func (p Place) getUp() (woke bool, err error) {
	t := p.task
	how := t.park
	t.waiting, t.park = nil, awake
	if t.alert && p.deliver() || how == interrupted {
		return how == woken, p.Err()
	}
	return true, nil
}

// Asleep reports whether t is parked, and neither woken nor interrupted.
func (t *Task) Asleep() bool { return t.park == asleep }

// Woken reports whether t is parked and was woken: its next step goes on, unless a request comes first.
func (t *Task) Woken() bool { return t.park == woken }

// Interrupted reports whether t is parked and its wait was canceled.
func (t *Task) Interrupted() bool { return t.park == interrupted }

// Wake makes a parked task ready. It reports whether it was asleep.
func (t *Task) Wake() bool { return t.unpark(woken) }

func (t *Task) unpark(how parking) bool {
	if t.park != asleep {
		return false
	}
	t.loop.guard.check("a task was woken")
	t.park = how
	t.loop.enqueue(t)
	return true
}

// Link is t's place in a line, free while t is not suspended.
func (t *Task) Link() *Link {
	if t.dead { // in the line in which it was ended
		return &Link{entry: t}
	}
	return &t.link
}

package sched

import "fmt"

// waitState says whether a task is parked in a queue, and how its wait has
// ended.
type waitState uint8

const (
	notParked     waitState = iota // not in a queue
	parked                         // in a queue
	woken                          // by a wakeup; its turn is to come
	interrupted                    // by a request; its turn is to come
	forwarding                     // not in a queue: a request is being passed on to what it waits for
	startingEager                  // not in a queue: it runs the first step of another task within its own
)

// Park suspends until the task is woken. It returns an error if it was
// interrupted, be it after it was woken. The caller has put the task into its
// queue, and takes it out.
func (a Awaiter) Park(what fmt.Stringer) (woke bool, err error) {
	a.beginPark(what)
	a.task.suspend()
	return a.endPark()
}

// beginPark does what precedes the suspension of a Park.
func (a Awaiter) beginPark(what fmt.Stringer) {
	t := a.task
	t.waitState, t.waiting, t.under = parked, what, a.scope
	if t.slowPath {
		a.refusePark()
	}
}

// refusePark interrupts a wait that begins, if a request does not let it.
func (a Awaiter) refusePark() {
	status := a.Status()
	if status == Undelivered || status == Delivered && !a.ignorePending {
		a.deliver()
		a.task.endWait(interrupted)
	}
}

// endPark does what follows the suspension of a Park.
func (a Awaiter) endPark() (woke bool, err error) {
	t := a.task
	how := t.waitState
	t.waiting, t.waitState = nil, notParked
	if t.slowPath && a.deliver() || how == interrupted {
		return how == woken, a.Err()
	}
	return true, nil
}

// Parked reports whether t is parked, and neither woken nor interrupted.
func (t *Task) Parked() bool { return t.waitState == parked }

// Wake makes a parked task ready. It reports whether it was asleep.
func (t *Task) Wake() bool { return t.endWait(woken) }

func (t *Task) endWait(how waitState) bool {
	if t.waitState != parked {
		return false
	}
	t.loop.guard.check("a task was woken")
	t.waitState = how
	t.loop.collectPosted()
	t.loop.ready.push(t)
	return true
}

// Link returns t's place in a line, free while t is not suspended.
func (t *Task) Link() *Link {
	if t.killed { // in the line in which it was ended
		return &Link{entry: t}
	}
	return &t.link
}

package sched

import "fmt"

// waitState says whether a task is suspended until something happens, and how
// that wait has ended. A task that has passed the baton once, or has not begun,
// stands in the ready queue without a wait.
type waitState uint8

const (
	noWait        waitState = iota // it runs, or stands in the ready queue
	startingEager                  // it runs the first step of another task within its own
	woken                          // its wait has ended by what it waited for; its turn is to come
	interrupted                    // its wait has ended by a request; its turn is to come
	suspended                      // it waits, and stands in the line of what it waits for
	forwarding                     // the same, while a request is passed on to what it waits for
)

// beginWait lets the task of a, which stands in the line of what it waits for,
// be suspended until it is woken or interrupted.
func (a Awaiter) beginWait(reason fmt.Stringer) {
	t := a.task
	t.waitState, t.waiting, t.under = suspended, reason, a.scope
	if t.slowPath {
		a.applyEarlier()
	}
}

// applyEarlier applies a request that has come before the wait that begins: one
// that is undelivered counts as one that comes now, one that was delivered
// interrupts the wait at once. Where it would be for a Target, Refused has kept
// it from beginning.
func (a Awaiter) applyEarlier() {
	t := a.task
	if a.undelivered() && t.interrupt(t.endedIn(a.scope).cause) {
		a.deliver()
	}
	if _, forwards := t.waiting.(Target); !forwards && !a.ignorePending && a.Status() == Delivered {
		t.endWait(interrupted)
	}
}

// leaveWait ends the wait of t, whose turn has come, and returns how it has
// ended. Where t's awaits have to look closer, interruption has to follow.
func (t *Task) leaveWait() (how waitState) {
	how = t.waitState
	t.waitState, t.waiting = noWait, nil
	return how
}

// interruption returns the error of a wait that has ended so, if a request has
// come, be it after the task was woken.
func (a Awaiter) interruption(how waitState) error {
	if a.deliver() || how == interrupted {
		return a.Err()
	}
	return nil
}

// Park suspends until the task is woken. It returns an error if it was
// interrupted, be it after it was woken. The caller has put the task into its
// queue, and takes it out.
func (a Awaiter) Park(reason fmt.Stringer) (woke bool, err error) {
	a.beginWait(reason)
	a.task.suspend()
	how := a.task.leaveWait()
	if a.task.slowPath {
		err = a.interruption(how)
	}
	return how == woken, err
}

// Suspended reports whether t waits, and was neither woken nor interrupted.
func (t *Task) Suspended() bool { return t.waitState >= suspended }

// Wake ends t's wait and makes it ready. It reports whether t was suspended.
func (t *Task) Wake() bool { return t.endWait(woken) }

func (t *Task) endWait(how waitState) bool {
	if t.waitState < suspended {
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

// Package waitq keeps the tasks that wait for a lock, a permit, an item or an
// event, in the order they came, so that no wakeup is lost to a cancellation.
//
// A Queue is where tasks wait; a MultiWait lets one task wait in several queues
// at once.
package waitq

import (
	"context"
	"fmt"

	"github.com/gobaton/async/internal/sched"
)

// A Queue holds tasks that wait, in the order they came. The zero Queue is
// empty. It belongs to the loop of the first task that entered it, until that
// loop is closed.
//
// A task that was woken has left the queue and counts in woken until its turn;
// one whose wait was canceled stands in it until its turn.
type Queue struct {
	_     noCopy
	list  sched.List
	loop  *sched.Loop
	woken int
}

// noCopy makes go vet report copies: the waiting tasks stand in the original.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// Enter returns the place of an await that may have to wait in the queue. It
// panics unless ctx is that of the running task, and where the queue belongs to
// another loop.
func (q *Queue) Enter(ctx context.Context) sched.Awaiter {
	a := sched.Locate(ctx)
	if t := a.Task(); q.loop == t.Loop() && t.Runs() {
		return a
	}
	return q.enterSlowly(ctx)
}

// IdleFor reports whether the queue is empty and t is the running task of its
// loop, outside of debug mode: then there is nothing that Enter would check.
func (q *Queue) IdleFor(t *sched.Task) bool {
	return q.woken == 0 && q.Empty() && q.loop == t.Loop() && t.Runs()
}

// enterSlowly does all the checks of Enter.
func (q *Queue) enterSlowly(ctx context.Context) sched.Awaiter {
	a := sched.Enter(ctx)
	switch loop := a.Task().Loop(); {
	case q.loop == loop:
	case q.loop == nil || q.loop.Closed():
		*q = Queue{loop: loop}
	default:
		panic("async: a primitive of one loop was used from another: make one for each, or hand results over with a Portal")
	}
	return a
}

// Runner returns the task that runs in the queue's loop; nil if none does, or
// no task has entered the queue.
func (q *Queue) Runner() *sched.Task {
	if q.loop == nil {
		return nil
	}
	return q.loop.Current()
}

// Wait suspends until the task of a, which has entered the queue, is woken;
// what names the reason of the wait in reports. If the task is canceled
// instead, Wait returns an error; woke then tells whether it was woken before
// that, so that the caller can pass the wakeup on.
func (q *Queue) Wait(a sched.Awaiter, what fmt.Stringer) (woke bool, err error) {
	k := q.Push(a)
	woke, err = a.Park(what)
	q.Remove(k)
	return woke, err
}

// Push puts the task of a at the end of the queue, and Remove takes it out.
// Wait is Push, Park and Remove; writing them out saves a call around the
// switch to another task, whose return the processor cannot predict.
func (q *Queue) Push(a sched.Awaiter) *sched.Link {
	k := a.Task().Link()
	q.list.Push(k)
	return k
}

// Remove takes k out of the queue, unless its wakeup did that.
func (q *Queue) Remove(k *sched.Link) {
	if !q.list.Remove(k) {
		q.woken--
	}
}

// WakeFirst wakes the head of the queue, unless its wait was canceled, or a
// task was woken and has not had its turn: such a task passes the wakeup on if
// it cannot use it. It reports whether it woke a task.
func (q *Queue) WakeFirst() bool {
	k := q.list.First()
	return k != nil && q.woken == 0 && q.wake(k)
}

// WakeNext wakes the first task whose wait was not canceled. It reports whether
// there was one.
func (q *Queue) WakeNext() bool { return q.list.First() != nil && q.wakeNext() }

// wakeNext stands apart so that WakeNext of an empty queue is inlined.
func (q *Queue) wakeNext() bool {
	for k := q.list.First(); k != nil; k = q.list.After(k) {
		if q.wake(k) {
			return true
		}
	}
	return false
}

// WakeAll wakes all tasks, in order, and returns how many it woke.
func (q *Queue) WakeAll() int {
	n := 0
	for k := q.list.First(); k != nil; {
		next := q.list.After(k)
		if q.wake(k) {
			n++
		}
		k = next
	}
	return n
}

// wake makes the task at k ready and takes it out of the queue, unless its wait
// has ended already.
func (q *Queue) wake(k *sched.Link) bool {
	woke := false
	switch e := k.Entry().(type) {
	case *sched.Task:
		woke = e.Wake()
	case *membership:
		woke = e.wait.wake(e.index)
	}
	if woke {
		q.list.Remove(k)
		q.woken++
	}
	return woke
}

// waits reports whether the wait that e stands for has neither been woken nor
// canceled.
func waits(e sched.Entry) bool {
	switch e := e.(type) {
	case *sched.Task:
		return e.Suspended()
	case *membership:
		return e.wait.task != nil && e.wait.task.Suspended()
	}
	return false
}

// Empty reports whether no task stands in the queue, canceled ones included.
func (q *Queue) Empty() bool { return q.list.First() == nil }

// NoneAhead reports whether a task that came now would be the first: no task
// waits, and none was woken that has not had its turn.
func (q *Queue) NoneAhead() bool {
	return q.woken == 0 && (q.Empty() || !q.hasWaiting())
}

// hasWaiting reports whether a task waits whose wait was not canceled.
func (q *Queue) hasWaiting() bool {
	for k := q.list.First(); k != nil; k = q.list.After(k) {
		if waits(k.Entry()) {
			return true
		}
	}
	return false
}

// Len returns how many tasks wait, without those that were woken or canceled.
func (q *Queue) Len() int {
	n := 0
	for k := q.list.First(); k != nil; k = q.list.After(k) {
		if waits(k.Entry()) {
			n++
		}
	}
	return n
}

// CheckCaller panics in debug mode if the calling goroutine does not hold the
// baton of the loop that the queues, all those of one primitive, belong to. It
// is for where sched.Guarding is true.
func CheckCaller(operation string, queues ...*Queue) {
	for _, q := range queues {
		if q.loop != nil {
			q.loop.Check(operation)
			return
		}
	}
	sched.CheckUnbound(operation)
}

// Guarded reports whether the queue's loop catches goroutines that do not hold
// its baton.
func (q *Queue) Guarded() bool { return q.loop != nil && q.loop.Guarded() }

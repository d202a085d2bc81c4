package sched

import (
	"fmt"
	"sync/atomic"
)

// A Notifier wakes one task when something has happened that is no task's
// doing. It is an entry: a notification has its turn in the ready queue, and
// the task that it wakes a turn after that, as with asyncio's transports.
type Notifier struct {
	loop    *Loop
	what    fmt.Stringer // what a task waits for
	outside bool         // the wait may be ended from outside
	set     bool         // notified, and nobody has waited since
	queued  atomic.Bool  // it stands in the inbox or in the ready queue
	task    *Task        // the one that waits
}

// Init makes n a notifier of l. A wait for one from outside counts as
// Expect(1).
func (n *Notifier) Init(l *Loop, what fmt.Stringer, outside bool) {
	n.loop, n.what, n.outside = l, what, outside
}

// Wait suspends until n is notified, unless it was since the last Wait. A
// notification that meets a cancellation stays for the next Wait.
func (n *Notifier) Wait(a Awaiter) error {
	if n.set {
		n.set = false
		return nil
	}
	if n.task != nil {
		panic(fmt.Sprintf("async: %s waits for %s already, for which one task at a time can wait: let one task do so, and hand on to the others", n.task.Name(), n.what))
	}
	n.begin(a.task)
	defer n.end()
	woke, err := a.Park(n.what)
	if err != nil && woke {
		n.set = true
	}
	return err
}

func (n *Notifier) begin(t *Task) {
	n.loop.MustHold(t)
	n.task = t
	if n.outside {
		n.loop.Expect(1)
	}
}

func (n *Notifier) end() {
	n.task = nil
	if n.outside {
		n.loop.Expect(-1)
	}
}

// MustHold panics if t is of another loop.
func (l *Loop) MustHold(t *Task) {
	if t.loop != l {
		panic("async: a task of another loop waits for what is outside of this one: use a connection in the loop it was made in")
	}
}

// Notify notifies n from any goroutine, with the loop's next iteration. It
// reports whether the loop is still there.
func (n *Notifier) Notify() bool {
	if !n.queued.CompareAndSwap(false, true) {
		return true
	}
	return n.loop.Post(n)
}

// Enqueue does what Notify does, for the holder of the baton: the notification
// has its turn behind what is ready.
func (n *Notifier) Enqueue() {
	if n.task == nil {
		n.set = true
	} else if n.queued.CompareAndSwap(false, true) {
		n.loop.enqueue(n)
	}
}

// Arrive does what Enqueue does, for what a poller would tell of: the
// notification has its turn at the beginning of the next iteration, behind what
// is ready then.
func (n *Notifier) Arrive() {
	if n.task == nil {
		n.set = true
	} else if n.queued.CompareAndSwap(false, true) {
		n.loop.arrive(n)
	}
}

// TakeTurn fires n now, unless it is about to: for who is an entry that runs.
func (n *Notifier) TakeTurn() {
	if !n.queued.Load() {
		n.Fire()
	}
}

// Fire wakes the task that waits, or lets the next Wait return at once.
func (n *Notifier) Fire() {
	n.queued.Store(false)
	if n.task == nil || !n.task.Wake() {
		n.set = true
	}
}

// Check does what Loop.Check does.
func (n *Notifier) Check(operation string) { n.loop.guard.check(operation) }

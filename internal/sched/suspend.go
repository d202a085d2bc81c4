package sched

import (
	"context"
	"runtime"
)

// driveLimit is how many iterations a suspended task begins before it leaves
// that to the goroutine of Run, which looks after so many what else there is to
// do.
const driveLimit = 4

// suspend gives the baton away and returns when it has come back: the one place
// where a task does so.
//
// The task's goroutine then runs the loop itself, until its own turn comes (and
// nothing was switched at all if it was alone) or driveLimit is reached. While
// another task does that already, or t's first step is part of its parent's, it
// switches back to its resumer.
func (t *Task) suspend() {
	l := t.loop
	if l.slowSuspend || t.slowPath {
		t.beforeSuspend()
	}
	if l.driver != nil || l.eager > 0 || !l.drive(t) {
		t.co.noteStack()
		t.co.yield(struct{}{})
		for l.probing == t {
			t.recordStack()
			t.co.yield(struct{}{})
		}
	}
	if l.slowResume || t.slowPath {
		t.afterSuspend()
	}
}

// beforeSuspend does what only some suspensions need.
func (t *Task) beforeSuspend() {
	l := t.loop
	if w := l.monitor; w != nil {
		w.suspended(t)
		if !l.slowResume && !t.slowPath {
			return
		}
		w.logStep(t)
	}
	if l.phase == phaseKilling {
		t.goexit()
	}
	if t.waiting != nil && t.under.isForeign() {
		l.watch(t)
	}
	if l.guard != nil {
		l.guard.endStep(t)
	}
	if l.observer != nil {
		l.observer.Suspended(t)
	}
}

func (t *Task) afterSuspend() {
	l := t.loop
	l.unwatch(t)
	if l.guard != nil {
		l.guard.beginStep(t)
	}
	if l.observer != nil {
		l.observer.Resumed(t)
	}
	if l.monitor != nil {
		l.monitor.resumed(t)
	}
	if l.phase == phaseKilling {
		t.goexit()
	}
}

// drive runs the loop on the goroutine of t. It reports whether t's turn has
// come; if not, the goroutine of Run has to go on.
func (l *Loop) drive(t *Task) (turn bool) {
	l.driver = t
	turn = l.runEntries(t, driveLimit)
	l.driver = nil
	if turn {
		l.current = t
	}
	return turn
}

// waitForOffload begins an iteration when something has come in from outside or
// a timer is due, if it is for one of these to wake the loop: what wakes it is
// the driver's business more often than not, which need not be switched to
// then. It returns false if the goroutine of Run has to see what is to be done.
func (l *Loop) waitForOffload() bool {
	for l.driver != nil && !l.clock.Virtual() && (l.out > 0 || l.poll.expected > 0) {
		l.ready.clear()
		l.idle(context.Background())
		if l.beginIteration() {
			return true
		}
	}
	return false
}

// step resumes t, or starts it.
func (l *Loop) step(t *Task) {
	if t.co == nil && !l.begin(t) {
		return
	}
	l.current = t
	t.co.next()
}

// begin gives t a coroutine, unless it was canceled before its first step: then
// it ends, and never runs. A task that was killed may be woken after its end.
func (l *Loop) begin(t *Task) bool {
	if t.undelivered {
		if t.state == Pending {
			t.end(nil)
		}
		return false
	}
	l.attachCoro(t)
	return true
}

// stepEager runs the first step of t within that of the running task, if one
// runs.
func (l *Loop) stepEager(t *Task) {
	running, parent := l.current, l.Current()
	if parent != nil {
		parent.waitState = startingEager
	}
	l.eager++
	l.attachCoro(t)
	l.current = t
	t.co.next()
	if l.probing != nil {
		l.passProbe(parent, t)
	}
	l.eager--
	l.current = running
	if l.guard != nil && parent != nil {
		l.guard.beginStep(parent)
	}
	if parent != nil {
		parent.waitState = noWait
	}
}

// goexit ends a task that nothing else could end; its deferred functions run.
// Awaits in those end them, in turn.
func (t *Task) goexit() {
	t.killed = true
	t.loop.current = t
	t.loop.timers.stop(&t.timer)
	runtime.Goexit()
}

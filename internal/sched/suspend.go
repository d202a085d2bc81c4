package sched

import "runtime"

// patience is how many iterations a suspended task runs the loop for before it leaves that to the goroutine of Run.
const patience = 4

// suspend gives the baton away and returns when it has come back: the one place where a task does so.
//
// The task's goroutine then runs the loop itself, until its own turn comes (and nothing was
// switched at all if it was alone) or its patience ends. While another task does that already, or t's first step is part
// of its parent's, it switches back to who resumed it.
func (t *Task) suspend() {
	l := t.loop
	if l.watched || t.alert {
		t.beforeSuspend()
	}
	if l.driver != nil || l.eager > 0 || !l.drive(t) {
		t.co.yield(struct{}{})
		for l.probing == t {
			t.recordStack()
			t.co.yield(struct{}{})
		}
	}
	if l.watched || t.alert {
		t.afterSuspend()
	}
	t.waiting = nil
}

// beforeSuspend is what a suspension needs that most do not.
func (t *Task) beforeSuspend() {
	l := t.loop
	if l.killing {
		t.die()
	}
	if t.waiting != nil && t.under.isForeign() {
		l.foreign = append(l.foreign, t)
	}
	if l.observer != nil {
		l.observer.Suspended(t)
	}
}

func (t *Task) afterSuspend() {
	l := t.loop
	l.unwatch(t)
	if l.observer != nil {
		l.observer.Resumed(t)
	}
	if l.killing {
		t.die()
	}
}

// drive runs the loop on the goroutine of t. It reports whether t's turn has come; if not, the goroutine of Run has to go on.
func (l *Loop) drive(t *Task) (turn bool) {
	l.driver = t
	defer l.undrive()
	for left := patience; ; {
		if l.batch == 0 {
			if left--; left < 0 || l.stopping || !l.advance() {
				return false
			}
		}
		switch e := l.ready.peek().(type) {
		case *Handle:
			return false // what users call back runs on the goroutine of Run
		case *Task:
			l.drop()
			if e == t {
				l.current = t
				return true
			}
			l.step(e)
		default:
			l.drop()
			e.Fire()
		}
	}
}

// undrive ends a drive, also one that a Goexit in a task has cut short.
func (l *Loop) undrive() {
	l.driver = nil
	l.survive(recover())
}

// survive is told what a step panicked with. All but the mark of a Goexit goes on.
func (l *Loop) survive(v any) {
	if _, ok := v.(goexit); v != nil && !ok {
		panic(v)
	}
}

// step resumes t, or starts it.
func (l *Loop) step(t *Task) {
	if t.co == nil {
		if t.asked { // canceled before its first step: it never runs
			t.end(nil)
			return
		}
		l.take(t)
	}
	l.current = t
	t.co.next()
	l.relayProbe()
}

// stepEager runs the first step of t within that of the running task.
func (l *Loop) stepEager(t *Task) {
	running := l.current
	l.eager++
	defer func() {
		l.eager--
		l.current = running
		l.survive(recover())
	}()
	l.take(t)
	l.current = t
	t.co.next()
}

// die ends a task that nothing else could end, with its deferred functions run. Awaits in those end them, in turn.
func (t *Task) die() {
	t.dead = true
	t.loop.current = t
	runtime.Goexit()
}

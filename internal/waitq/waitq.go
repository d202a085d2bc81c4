// Package waitq answers: who waits? It is the one line that tasks stand in for a lock, a permit, an item or an event: fair,
// and safe against cancellation.
//
// A Line is where tasks wait; a Stand lets one task wait in several lines at once.
package waitq

import (
	"context"
	"fmt"

	"github.com/gobaton/async/internal/sched"
)

// A Line is tasks that wait, in the order they came. The zero Line is empty. It belongs to the loop of the first task that
// entered it, until that loop is closed.
//
// Who was woken has left the line; whose wait was canceled stands in it until their next turn.
type Line struct {
	_     noCopy
	list  sched.List
	loop  *sched.Loop
	woken int
}

// noCopy makes go vet tell of copies: who waits stands in the original.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// Enter is the place of an await that may have to wait in the line. It panics unless ctx is that of the running task, and
// where the line belongs to another loop than that.
func (l *Line) Enter(ctx context.Context) sched.Place {
	p := sched.Locate(ctx)
	if l.loop == nil || l.loop.Current() != p.Task() {
		return l.enter(ctx)
	}
	return p // the running task of the line's loop: what most are
}

// QuietFor reports whether nobody is in the line, and t is the running task of its loop, outside of debug mode: there is nothing
// to look at.
func (l *Line) QuietFor(t *sched.Task) bool {
	return l.woken == 0 && l.Clear() && l.loop == t.Loop() && t.Runs()
}

// enter is Enter for those that have to be looked at.
func (l *Line) enter(ctx context.Context) sched.Place {
	p := sched.Enter(ctx)
	switch loop := p.Task().Loop(); {
	case l.loop == loop:
	case l.loop == nil || l.loop.Closed():
		*l = Line{loop: loop}
	default:
		panic("async: a primitive of one loop was used from another: make one for each, or hand results over with a Portal")
	}
	return p
}

// Runner is the task that runs in the line's loop; nil if none does, or nobody has entered the line.
func (l *Line) Runner() *sched.Task {
	if l.loop == nil {
		return nil
	}
	return l.loop.Current()
}

// Wait suspends until the task of p, which has entered the line, is woken; what is what it waits for, in reports. If it
// is canceled instead, Wait returns an error; woke then tells whether it was woken before that, so that the caller can pass
// on what it was woken for.
func (l *Line) Wait(p sched.Place, what fmt.Stringer) (woke bool, err error) {
	k := l.Join(p)
	woke, err = p.Park(what)
	l.Leave(k)
	return woke, err
}

// Join puts the task of p at the end of the line, and Leave takes it out. Wait is Join, Park and Leave; who writes them out
// saves a call around the switch to another task, whose return the processor cannot predict.
func (l *Line) Join(p sched.Place) *sched.Link {
	k := p.Task().Link()
	l.list.Push(k)
	return k
}

// Leave takes k out of the line, unless that was done when it was woken.
func (l *Line) Leave(k *sched.Link) {
	if !l.list.Remove(k) {
		l.woken--
	}
}

// WakeFirst wakes the head of the line, unless its wait was canceled, or somebody was woken and has not had their turn:
// those pass the wakeup on if they cannot use it. It reports whether it woke somebody.
func (l *Line) WakeFirst() bool {
	k := l.list.First()
	return k != nil && l.woken == 0 && l.wake(k)
}

// WakeNext wakes the first whose wait was not canceled. It reports whether there was one.
func (l *Line) WakeNext() bool { return l.list.First() != nil && l.wakeNext() }

func (l *Line) wakeNext() bool {
	for k := l.list.First(); k != nil; k = l.list.After(k) {
		if l.wake(k) {
			return true
		}
	}
	return false
}

// WakeAll wakes everybody, in order, and returns how many that were.
func (l *Line) WakeAll() int {
	n := 0
	for k := l.list.First(); k != nil; {
		next := l.list.After(k)
		if l.wake(k) {
			n++
		}
		k = next
	}
	return n
}

// wake lets who stands at k go on, and out of the line.
func (l *Line) wake(k *sched.Link) bool {
	woke := false
	switch e := k.Entry().(type) {
	case *sched.Task:
		woke = e.Wake()
	case *ticket:
		woke = e.stand.wake(e.index)
	}
	if woke {
		l.list.Remove(k)
		l.woken++
	}
	return woke
}

func asleep(e sched.Entry) bool {
	switch e := e.(type) {
	case *sched.Task:
		return e.Asleep()
	case *ticket:
		return e.stand.task != nil && e.stand.task.Asleep()
	}
	return false
}

// Clear reports whether nobody stands in the line: there is nobody to wake.
func (l *Line) Clear() bool { return l.list.First() == nil }

// Empty reports whether nobody waits, nor was woken and has not had their turn.
func (l *Line) Empty() bool {
	return l.woken == 0 && (l.Clear() || !l.waiting())
}

// waiting reports whether somebody waits whose wait was not canceled.
func (l *Line) waiting() bool {
	for k := l.list.First(); k != nil; k = l.list.After(k) {
		if asleep(k.Entry()) {
			return true
		}
	}
	return false
}

// Len is how many wait, without those who were woken or canceled.
func (l *Line) Len() int {
	n := 0
	for k := l.list.First(); k != nil; k = l.list.After(k) {
		if asleep(k.Entry()) {
			n++
		}
	}
	return n
}

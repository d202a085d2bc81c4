// Package waitq answers: who waits? It is the one line that tasks stand in for a lock, a permit, an item or an event: fair,
// and safe against cancellation.
package waitq

import (
	"fmt"

	"github.com/gobaton/async/internal/sched"
)

// A Line is tasks that wait, in the order they came. The zero Line is empty. It belongs to the loop of the first
// task that waited in it.
//
// A task that was woken has left the line; one whose wait was canceled stands in it until its next turn.
type Line struct {
	list  sched.List
	loop  *sched.Loop
	woken int
}

// Wait suspends until the task is woken; what is what it waits for, in reports. If it is canceled instead, Wait returns an
// error; woke then tells whether it was woken before that, so that the caller can pass on what it was woken for.
func (l *Line) Wait(p sched.Place, what fmt.Stringer) (woke bool, err error) {
	t := p.Task()
	l.bind(t.Loop())
	l.list.Push(t.Link())
	woke, err = p.Park(what)
	if woke {
		l.woken--
	} else {
		l.list.Remove(t.Link())
	}
	return woke, err
}

// bind keeps the line to one loop for as long as that is open.
func (l *Line) bind(loop *sched.Loop) {
	if l.loop == loop {
		return
	}
	if l.loop != nil && !l.loop.Closed() {
		panic("async: a primitive of one loop was used from another: make one for each, or hand results over with a Portal")
	}
	*l = Line{loop: loop}
}

// WakeFirst wakes the task at the head of the line, unless its wait was canceled: that one wakes the next when it leaves. It
// reports whether it woke one.
func (l *Line) WakeFirst() bool {
	k := l.list.First()
	return k != nil && l.wake(k)
}

// WakeNext wakes the first task whose wait was not canceled. It reports whether there was one.
func (l *Line) WakeNext() bool {
	for k := l.list.First(); k != nil; k = l.list.After(k) {
		if l.wake(k) {
			return true
		}
	}
	return false
}

// WakeAll wakes everybody, in order.
func (l *Line) WakeAll() {
	for l.WakeNext() {
		continue
	}
}

// wake lets the task of k go on, and out of the line.
func (l *Line) wake(k *sched.Link) bool {
	t := k.Entry().(*sched.Task)
	if !t.Wake() {
		return false
	}
	l.list.Remove(k)
	l.woken++
	return true
}

// Woken is how many tasks were woken and have not had their turn.
func (l *Line) Woken() int { return l.woken }

// Len is how many tasks wait, without those that were woken or canceled.
func (l *Line) Len() int {
	n := 0
	for k := l.list.First(); k != nil; k = l.list.After(k) {
		if k.Entry().(*sched.Task).Asleep() {
			n++
		}
	}
	return n
}

// Empty reports whether nobody waits, nor was woken and has not had their turn.
func (l *Line) Empty() bool {
	if l.woken > 0 {
		return false
	}
	for k := l.list.First(); k != nil; k = l.list.After(k) {
		if k.Entry().(*sched.Task).Asleep() {
			return false
		}
	}
	return true
}

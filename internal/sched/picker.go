package sched

import (
	"cmp"
	"slices"
)

// A Picker decides which of the ready entries runs next, in place of their
// order in the queue: a tool that tries other orders is one.
//
// With a picker, each step is run by the goroutine of Run. Nothing else
// differs: iterations begin when they would.
type Picker interface {
	// Next returns the index in ready of the entry to run, or Halt or
	// PassTime. ready is not empty, and valid during the call only.
	Next(ready []Entry) int

	// Settle is called while something is out, before the loop looks what
	// has come back: it returns when nothing more will, so that the loop
	// sees the same each time.
	Settle()
}

// Outsider is an entry that comes from outside in its own time: a picker may
// take it before or after any other.
type Outsider interface {
	Entry
	// Number returns its place in the order in which what came back was
	// sent out.
	Number() uint64
}

// What a picker may want in place of an entry.
const (
	Halt     = -1 - iota // end Run at once, as Stop does
	PassTime             // let it be the time of the next timer, although entries are ready; time is virtual
)

// picks reports whether a picker decides which entry runs next.
func (l *Loop) picks() bool { return l.picker != nil }

// nobody is the driver of a loop with a picker, so that no task is.
var nobody = new(Task)

// runPicked runs a batch with a picker, as batches of one entry.
func (l *Loop) runPicked() {
	rest := l.batch
	defer func() { l.batch = rest }() // what a Goexit in a callback has left
	for rest > 0 {
		if !l.choose() {
			rest = 0
			break
		}
		l.batch, rest = 1, rest-1
		l.runEntries(nil, 0)
	}
	l.takeIn()
}

// takeIn lets what is out come in, as far as it will: else it would depend on
// chance in which iteration it does.
func (l *Loop) takeIn() {
	if l.picker != nil && l.out > 0 {
		l.collect()
	}
}

// choose brings the entry that the picker wants to the front of the queue. It
// returns false if the picker wants none.
func (l *Loop) choose() bool {
	for {
		l.takeIn()
		l.choices = l.ready.appendTo(l.choices[:0])
		switch i := l.picker.Next(l.choices); i {
		case Halt:
			l.Stop()
			return false
		case PassTime:
			l.passTime()
		default:
			l.ready.bring(i)
			return true
		}
	}
}

// CanPassTime reports whether a timer is set, and nothing is out that holds
// time up.
func (l *Loop) CanPassTime() bool {
	_, ok := l.timers.next()
	return ok && l.out == 0
}

// settle waits until nothing more will come in, and puts what has into an order
// that does not depend on who was faster.
func (l *Loop) settle() {
	if l.out > 0 {
		l.picker.Settle()
	}
	l.inbox.mu.Lock()
	defer l.inbox.mu.Unlock()
	slices.SortStableFunc(l.inbox.items, func(a, b Entry) int {
		x, isOutsider := a.(Outsider)
		y, both := b.(Outsider)
		switch {
		case isOutsider && both:
			return cmp.Compare(x.Number(), y.Number())
		case isOutsider:
			return -1
		case both:
			return 1
		}
		return 0
	})
}

// passTime lets the time of the next timer come.
func (l *Loop) passTime() {
	if next, ok := l.timers.next(); ok {
		l.clock.Wait(next, nil)
	}
	for e, ok := l.timers.due(l.Now()); ok; e, ok = l.timers.due(l.Now()) {
		l.ready.push(e)
	}
}

// appendTo appends all entries in order.
func (r *ring) appendTo(all []Entry) []Entry {
	for i := range r.len() {
		all = append(all, *r.at(i))
	}
	return all
}

// bring moves the entry at index i to the front, past those before it.
func (r *ring) bring(i int) {
	e := *r.at(i)
	for ; i > 0; i-- {
		*r.at(i) = *r.at(i - 1)
	}
	*r.at(0) = e
}

// at returns the slot of the entry at index i.
func (r *ring) at(i int) *Entry { return &r.slots[(r.end+uint(i))&r.mask] }

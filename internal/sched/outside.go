package sched

// What is read here is read by goroutines that do not hold the baton, while who
// does may change it: words that are written with nothing else than an
// assignment, for an atomic one would cost each switch more than all else that
// a monitor does. Go's memory model lets such a read return only what was
// written to that word, now or before; the race detector cannot know that this
// is enough here, so the functions are hidden from it. They read single words
// only, follow a pointer only to what does not change after it was published,
// and their callers take what they return for what was so a moment ago.

// HeldByCaller reports whether the calling goroutine holds the baton: it is
// that of the running task, or of Run while no task runs. It may be called from
// any goroutine.
func (l *Loop) HeldByCaller() bool {
	if l.guard != nil {
		return l.guard.held()
	}
	id := self()
	return l.holdsAs(id) || l.home.Load() == id
}

// holdsAs reports whether the goroutine with that record runs the current task.
// For any other goroutine the answer is no, whatever it reads.
//
//go:norace
func (l *Loop) holdsAs(goroutine uintptr) bool {
	t := l.current
	if t == nil {
		return false
	}
	c := t.co
	return c != nil && c.goroutine == goroutine
}

package sched

// Counts are the numbers of a loop.
type Counts struct {
	Ready       int // entries in the ready queue
	Timers      int // that are set
	Offloads    int // functions that are away
	Expected    int // waits for descriptors
	Open        int // Portals
	Listeners   int // waits for what need not ever come
	IdleCoros   int // coroutines without a task
	Unretrieved int // errors that nobody has asked for
}

// Counts returns the numbers of l. It takes as long as there are unretrieved
// errors.
func (l *Loop) Counts() Counts {
	c := Counts{
		Ready:     l.ready.len(),
		Timers:    len(l.timers.heap) - l.timers.stopped,
		Offloads:  l.offloads.count,
		Expected:  l.poll.expected,
		Open:      l.open,
		Listeners: l.listeners,
		IdleCoros: len(l.idleCoros),
	}
	for k := l.unretrievedErrors.First(); k != nil; k = l.unretrievedErrors.After(k) {
		c.Unretrieved++
	}
	return c
}

// Blockers returns the tasks whose progress ends the wait of t, as far as they
// are known.
func (t *Task) Blockers() []*Task { return t.blockers() }

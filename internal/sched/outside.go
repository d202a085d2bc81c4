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

// An Outlook is what a glance from outside shows of a loop.
type Outlook struct {
	Running bool   // Run runs
	Idle    bool   // the loop waits for something to happen
	Task    uint64 // the number of the task that holds the baton; 0: none does
	Slot    uint32 // its slot in the table of a Watch
	Ready   int    // entries in the ready queue
	Counts
}

// Glance returns what is to be seen of l from outside at this moment.
func (l *Loop) Glance() Outlook {
	o := l.glance()
	o.Running = l.home.Load() != 0
	o.Idle = l.inbox.idling.Load() != awakeLoop
	if l.guard != nil {
		if t := l.guard.running.Load(); t != nil {
			o.Task, o.Slot = t.identity()
		}
	}
	return o
}

//go:norace
func (l *Loop) glance() Outlook {
	var o Outlook
	if t := l.current; t != nil {
		o.Task, o.Slot = t.identity()
	}
	o.Ready = max(0, int(l.ready.tail-l.ready.end)+len(l.ready.slots))
	o.Counts = Counts{
		Timers:    max(0, len(l.timers.heap)-l.timers.stopped),
		Offloads:  l.offloads.count,
		Expected:  l.poll.expected,
		Open:      l.open,
		Listeners: l.listeners,
		IdleCoros: len(l.idleCoros),
	}
	o.Counts.Ready = o.Ready
	return o
}

//go:norace
func (t *Task) identity() (id uint64, slot uint32) { return t.id, t.slot }

// lastStarted returns the number of the task that was started last.
//
//go:norace
func (l *Loop) lastStarted() uint64 { return l.lastID }

// taskProgress says how far a task that has not ended has come.
type taskProgress struct {
	begun bool // its first step
	ready bool // it runs, or its turn is to come
}

//go:norace
func (t *Task) progress() taskProgress {
	return taskProgress{begun: t.co != nil, ready: t.waitState < suspended}
}

package sched

// A Guide decides which of the ready entries runs next, in place of their order in the queue: a tool that tries other
// orders is one.
//
// Under a guide, each step is run by the goroutine of Run. Nothing else differs: iterations begin when they would.
type Guide interface {
	// Next returns the index in ready of the entry to run, or a negative number to end Run at once, as Stop does.
	// ready is not empty, and valid during the call only.
	Next(ready []Entry) int
}

// guided reports whether somebody has to be told of each step.
func (l *Loop) guided() bool { return l.guide != nil || l.watchdog != nil }

// nobody drives a guided loop, so that no task does.
var nobody = new(Task)

// runGuided is runBatch with a guide or a watchdog.
func (l *Loop) runGuided() {
	defer l.watchdog.pause()
	for l.batch > 0 && l.choose() {
		e := l.ready.peek()
		l.drop()
		l.watchdog.begin()
		if t, ok := e.(*Task); ok {
			l.step(t)
		} else {
			l.current = nil
			e.Fire()
		}
		l.watchdog.pause()
	}
}

// choose brings the entry that the guide wants to the front of the queue. It returns false if the guide wants none.
func (l *Loop) choose() bool {
	if l.guide == nil {
		return true
	}
	l.choices = l.ready.appendTo(l.choices[:0])
	i := l.guide.Next(l.choices)
	if i < 0 {
		l.batch, l.stopping = 0, true
		return false
	}
	l.ready.bring(i)
	return true
}

// appendTo appends all entries in order.
func (r *ring) appendTo(all []Entry) []Entry {
	for i := r.head; i != r.tail; i++ {
		all = append(all, r.slots[i&uint(len(r.slots)-1)])
	}
	return all
}

// bring moves the entry at index i to the front, past those before it.
func (r *ring) bring(i int) {
	mask := uint(len(r.slots) - 1)
	e := r.slots[(r.head+uint(i))&mask]
	for ; i > 0; i-- {
		r.slots[(r.head+uint(i))&mask] = r.slots[(r.head+uint(i)-1)&mask]
	}
	r.slots[r.head&mask] = e
}

// Kill ends all tasks by Goexit, with their deferred functions run: for a loop that would never end by itself.
func (l *Loop) Kill() { l.kill() }

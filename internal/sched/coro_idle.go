package sched

import "time"

// Coroutines that are idle after a burst of tasks are ended again, a few at a
// time, if no task has needed them for a while. They are used last in, first
// out, so that the least number there was in between is how many were not
// needed. An iteration looks whether there are many, and no more.

const (
	keptCoros   = 256         // so many may be idle for ever
	trimmed     = 1024        // so many are ended at once
	trimAfter   = 1 << 14     // iterations
	trimIdle    = time.Second // of the loop's time, if it idles
	neverNeeded = 1 << 62
)

// surplus counts for how long coroutines have not been needed.
type surplus struct {
	low        int           // how many were idle all the time since the last look
	iterations int           // since then
	since      time.Duration // when the loop began to idle with too many; 0: it has not
}

// trim ends idle coroutines if many were not needed for many iterations.
func (l *Loop) trim() {
	s := &l.surplus
	if s.iterations++; s.iterations < trimAfter {
		return
	}
	l.endIdle(s.low - keptCoros)
	s.iterations, s.low = 0, neverNeeded
}

// trimAtRest ends idle coroutines of a loop that has been idle for long enough.
// It returns true if it has ended some, and else when it is to be called again.
func (l *Loop) trimAtRest() (ended bool, again time.Duration) {
	s := &l.surplus
	if len(l.idleCoros) <= keptCoros {
		s.since = 0
		return false, 0
	}
	now := l.clock.Now()
	if s.since == 0 || s.low < keptCoros {
		s.since, s.low = max(now, 1), len(l.idleCoros)
	}
	if now < after(s.since, trimIdle) {
		return false, after(s.since, trimIdle)
	}
	l.endIdle(min(s.low, len(l.idleCoros)) - keptCoros)
	return true, 0
}

// endIdle ends up to n of the coroutines that have been idle longest.
func (l *Loop) endIdle(n int) {
	n = min(n, trimmed, len(l.idleCoros))
	if n <= 0 {
		return
	}
	for _, c := range l.idleCoros[:n] {
		c.next()
	}
	clear(l.idleCoros[:n])
	l.idleCoros = l.idleCoros[n:]
	l.surplus.low -= n
}

// A CoroPool holds coroutines that loops use one after the other, so that each
// need not make its own. They must End.
type CoroPool struct{ idle []*coro }

// lendTo gives all coroutines to l.
func (p *CoroPool) lendTo(l *Loop) {
	for _, c := range p.idle {
		c.loop = l
	}
	l.idleCoros, p.idle = p.idle, l.idleCoros
}

// End ends the coroutines. No loop may have them.
func (p *CoroPool) End() {
	for _, c := range p.idle {
		c.next()
	}
	p.idle = nil
}

// returnCoros ends the coroutines of a loop that is closed, or gives them back
// to its pool.
func (l *Loop) returnCoros() {
	if l.coroPool == nil {
		l.endIdleCoros()
		return
	}
	l.reapExited()
	l.coroPool.idle, l.idleCoros = l.idleCoros, nil
}

package sched

// Coros are coroutines that loops take over from each other, one loop after the
// other, so that each need not make its own. They must End.
type Coros struct{ idle []*coro }

// lend gives all coroutines to l.
func (p *Coros) lend(l *Loop) {
	for _, c := range p.idle {
		c.loop = l
	}
	l.idle, p.idle = p.idle, l.idle
}

// End ends the coroutines. No loop may have them.
func (p *Coros) End() {
	for _, c := range p.idle {
		c.next()
	}
	p.idle = nil
}

// retire ends the coroutines of a loop that is closed, or passes them on.
func (l *Loop) retire() {
	if l.coros == nil {
		l.dismiss()
		return
	}
	l.reapExited()
	l.coros.idle, l.idle = l.idle, nil
}

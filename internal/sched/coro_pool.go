package sched

// Coros are coroutines that loops take over from each other, one loop after the
// other, so that each need not make its own. They must End.
type CoroPool struct{ idle []*coro }

// lend gives all coroutines to l.
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

// retire ends the coroutines of a loop that is closed, or passes them on.
func (l *Loop) returnCoros() {
	if l.coroPool == nil {
		l.endIdleCoros()
		return
	}
	l.reapExited()
	l.coroPool.idle, l.idleCoros = l.idleCoros, nil
}

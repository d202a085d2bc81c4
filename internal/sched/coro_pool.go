package sched

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

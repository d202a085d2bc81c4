package sched

// Await returns f's error once it is done. It suspends the task of p while f is pending; a
// cancellation is passed on to target, which is f or what f stands for.
func (f *Future) Await(p Place, target Target) error {
	if f.state == Pending {
		t := p.task
		if f.loop != t.loop || f == &t.Future || t.alert {
			if done, err := p.cannotAwait(f, target); done {
				return err
			}
		} else {
			f.addWaiter(&t.link)
		}
		t.waiting, t.under = target, p.scope
		t.suspend()
		t.waiting = nil
		if t.alert && p.deliver() {
			return p.Err()
		}
	}
	if f.err == nil {
		return nil
	}
	return p.Told(f.Outcome())
}

// cannotAwait is what an await has to look at that is not a plain one. It reports whether the await is over with that; if not, the
// task waits for f.
func (p Place) cannotAwait(f *Future, target Target) (over bool, err error) {
	t := p.task
	switch {
	case t.dead:
		t.die()
	case f.loop != t.loop:
		t.loop.MustOwn(f)
	case f == &t.Future:
		return true, p.awaitSelf()
	}
	if err := p.Refused(); err != nil {
		return true, err
	}
	f.addWaiter(&t.link)
	if p.undelivered() && target.Cancel(t.endedIn(p.scope).cause) {
		p.deliver()
	}
	return false, nil
}

// MustOwn panics if f is of another loop, or of none.
func (l *Loop) MustOwn(f *Future) {
	f.MustBeMade()
	if f.loop != l {
		panic("async: a future of another loop was awaited: hand results over with a Portal, or run both in one loop")
	}
}

// A Target is what a suspended task waits for: it can be told that the task is asked to stop, and says what it is.
type Target interface {
	// Cancel asks for an end of the wait and reports whether that was accepted.
	Cancel(cause error) bool
	// String says what is awaited, for reports.
	String() string
}

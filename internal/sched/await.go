package sched

// Await returns f's error once it is done. It suspends the task of a while f is
// pending; a cancellation is passed on to target, which is f or what f stands
// for.
func (f *Future) Await(a Awaiter, target Target) error {
	if f.state == Pending {
		t := a.task
		if f.loop != t.loop || f == &t.Future || t.slowPath {
			if over, err := a.cannotAwait(f); over {
				return err
			}
		}
		f.addWaiter(&t.link)
		a.beginWait(target)
		t.suspend()
		how := t.leaveWait()
		if t.slowPath {
			if err := a.interruption(how); err != nil {
				return err
			}
		}
	}
	if f.err == nil {
		return nil
	}
	return a.AwaitedError(f.Outcome())
}

// cannotAwait does the checks of an await that is not a plain one. It reports
// whether the await is over with that.
func (a Awaiter) cannotAwait(f *Future) (over bool, err error) {
	t := a.task
	switch {
	case t.killed:
		t.goexit()
	case f.loop != t.loop:
		t.loop.MustOwn(f)
	case f == &t.Future:
		return true, a.awaitSelf()
	}
	err = a.Refused()
	return err != nil, err
}

// MustOwn panics if f is of another loop, or of none.
func (l *Loop) MustOwn(f *Future) {
	f.MustBeMade()
	if f.loop != l {
		panic("async: a future of another loop was awaited: hand results over with a Portal, or run both in one loop")
	}
}

// A Target is the object of a suspended task's wait: it takes the task's
// cancellation, and has a name for reports.
type Target interface {
	// Cancel asks for an end of the wait and reports whether that was
	// accepted.
	Cancel(cause error) bool
	// String names it for reports.
	String() string
}

package sched

import "runtime"

// Status says how far a request to stop has come, seen from an await.
type Status uint8

// The status of a place.
const (
	NotRequested Status = iota // its context is live
	Undelivered                // no await has been told: the next that has to wait passes the request on
	Delivered                  // an await that has to wait fails
)

// Status returns how far the request has come by which p's context has ended.
func (p Place) Status() Status {
	if !p.task.alert {
		return NotRequested
	}
	p.pollForeign()
	switch {
	case p.task.endedIn(p.scope) == nil:
		return NotRequested
	case p.undelivered():
		return Undelivered
	}
	return Delivered
}

// undelivered reports whether a request that counts in p is undelivered.
func (p Place) undelivered() bool {
	for s := range p.task.reach(p.scope) {
		if *p.task.undelivered(s) {
			return true
		}
	}
	return false
}

// deliver marks what is undelivered in p as delivered, and reports whether there
// was any.
func (p Place) deliver() (found bool) {
	for s := range p.task.reach(p.scope) {
		if u := p.task.undelivered(s); *u {
			*u, found = false, true
		}
	}
	return found
}

// Redeliver makes the request by which p's context has ended undelivered again.
func (p Place) Redeliver() {
	t := p.task
	var by *bool
	for s := range t.reach(p.scope) {
		if (s == nil || s.requested) && t.endedIn(s) == t.endedIn(p.scope) {
			by = t.undelivered(s)
		}
	}
	if by != nil {
		*by = true
	}
}

// Err returns the error of an await in p that a request has interrupted. It agrees
// with the Err and the context.Cause of p's context.
func (p Place) Err() error {
	p.task.countFailed()
	if e := p.task.endedIn(p.scope); e != nil {
		return e.awaitErr()
	}
	return &CanceledError{} // the task was killed
}

// Refused returns the error of an await in p that has to wait although the request
// was delivered before, and has then passed the baton once; or nil. What starts
// something to await asks before it does.
func (p Place) Refused() error {
	if p.insist || p.Status() != Delivered {
		return nil
	}
	p.task.loop.enqueue(p.task)
	p.task.suspend()
	p.deliver()
	return p.Err()
}

// Told returns what an await in p returns for the error of what it awaited: where
// a deadline without an owner to turn it was passed on, what comes back as canceled
// has timed out. It panics with the panic of another task, and calls Goexit for that
// of a function off the loop.
func (p Place) Told(err error) error {
	if panicked, ok := err.(*PanicError); ok {
		panic(panicked)
	}
	if _, exited := err.(goexitOff); exited {
		runtime.Goexit()
	}
	if !p.task.alert || !IsCanceled(err) {
		return err
	}
	if e := p.task.endedIn(p.scope); e != nil && e.timedOut() && !e.turned {
		return e.awaitErr()
	}
	return err
}

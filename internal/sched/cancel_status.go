package sched

import "runtime"

// Status says how far a request to stop has come, seen from an await.
type Status uint8

// The status of a place.
const (
	NotRequested Status = iota // its context is live
	Undelivered                // no await has failed with it: the next that has to wait passes the request on
	Delivered                  // an await that has to wait fails
)

// Status returns how far the request has come by which a's context has ended.
func (a Awaiter) Status() Status {
	if !a.task.slowPath {
		return NotRequested
	}
	a.pollForeign()
	switch {
	case a.task.endedIn(a.scope) == nil:
		return NotRequested
	case a.undelivered():
		return Undelivered
	}
	return Delivered
}

// undelivered reports whether a request that counts in a is undelivered.
func (a Awaiter) undelivered() bool {
	for s := range a.task.reach(a.scope) {
		if *a.task.undeliveredMark(s) {
			return true
		}
	}
	return false
}

// deliver marks what is undelivered in a as delivered, and reports whether
// there was any.
func (a Awaiter) deliver() (found bool) {
	for s := range a.task.reach(a.scope) {
		if u := a.task.undeliveredMark(s); *u {
			*u, found = false, true
		}
	}
	return found
}

// Redeliver makes the request by which a's context has ended undelivered again.
func (a Awaiter) Redeliver() {
	t := a.task
	var by *bool
	for s := range t.reach(a.scope) {
		if (s == nil || s.requested) && t.endedIn(s) == t.endedIn(a.scope) {
			by = t.undeliveredMark(s)
		}
	}
	if by != nil {
		*by = true
	}
}

// Err returns the error of an await in a that a request has interrupted. It
// agrees with the Err and the context.Cause of a's context.
func (a Awaiter) Err() error {
	a.task.countFailed()
	if e := a.task.endedIn(a.scope); e != nil {
		return e.awaitErr()
	}
	return &CanceledError{} // the task was killed
}

// Refused returns the error of an await in a that has to wait although the
// request was delivered before, and has then passed the baton once; or nil.
// What starts something to await asks before it does.
func (a Awaiter) Refused() error {
	if a.ignorePending || a.Status() != Delivered {
		return nil
	}
	a.task.loop.enqueue(a.task)
	a.task.suspend()
	a.deliver()
	return a.Err()
}

// AwaitedError returns the error of an await in a whose future ended with err:
// where a deadline without an owner to turn it was passed on, a cancellation
// that comes back is a timeout. It panics with the panic of another task, and
// calls Goexit for that of a function off the loop.
func (a Awaiter) AwaitedError(err error) error {
	if panicked, ok := err.(*PanicError); ok {
		panic(panicked)
	}
	if _, exited := err.(goexitOff); exited {
		runtime.Goexit()
	}
	if !a.task.slowPath || !IsCanceled(err) {
		return err
	}
	if e := a.task.endedIn(a.scope); e != nil && e.timedOut() && !e.turned {
		return e.awaitErr()
	}
	return err
}

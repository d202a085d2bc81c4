package sched

import (
	"context"
	"errors"
	"iter"
)

// request asks the scope s of t, nil for its own, to stop with the ending e. If
// t is suspended in s and what it waits for accepts, the request is delivered
// with that; else it waits for t's next await in s.
func (t *Task) request(s *Scope, e *ending) {
	t.noticeAll()
	t.apply(s, e)
}

// apply does what request does, for callers that have noticed which of the
// foreign contexts of t have ended before.
func (t *Task) apply(s *Scope, e *ending) {
	t.slowPath = true
	if t.loop.monitor != nil {
		t.loop.monitor.canceled(t, s, e)
	}
	t.endContext(s, e)
	if t.suspendedIn(s) && t.interrupt(e.cause) {
		return
	}
	*t.undeliveredMark(s) = true
}

// endContext ends the context of s, nil for t's own, and its view: that is what
// a further request ends.
func (t *Task) endContext(s *Scope, e *ending) {
	if s == nil {
		t.ctx.finish(t.loop, e)
		if t.extras == nil {
			return
		}
	} else {
		s.ctx.finish(t.loop, e)
	}
	if v := t.viewOf(s); *v != nil {
		(*v).ctx.finish(t.loop, e)
		*v = nil
	}
	t.detachForeign()
}

// endContexts ends what is left of t's contexts when t has ended.
func (t *Task) endContexts() {
	if t.extras == nil {
		t.ctx.finish(t.loop, plainEnd)
		return
	}
	t.endContext(nil, plainEnd)
	t.dropForeign()
	t.forgetNotes()
}

// undeliveredMark returns the mark of the request of s, nil for t's own scope,
// that no await has delivered.
func (t *Task) undeliveredMark(s *Scope) *bool {
	if s == nil {
		return &t.undelivered
	}
	return &s.undelivered
}

// interrupt passes a request on to what t waits for. It reports whether that
// has accepted it.
func (t *Task) interrupt(cause error) bool {
	if t.waitState != suspended {
		return false
	}
	target, ok := t.waiting.(Target)
	if !ok {
		return t.endWait(interrupted)
	}
	t.waitState = forwarding // where tasks await each other in a circle, the request must not go round for ever
	accepted := target.Cancel(cause)
	if t.waitState == forwarding {
		t.waitState = suspended
	}
	return accepted
}

// suspendedIn reports whether t is suspended where a request of s, nil for its
// own scope, counts. That was made a moment ago.
func (t *Task) suspendedIn(s *Scope) bool {
	if t.waiting == nil {
		return false
	}
	for reached := range t.reach(t.under) {
		if reached == s {
			return true
		}
	}
	return false
}

// reach yields the scopes whose requests count in s: from s outwards to the
// task's own, nil, as far as contexts have ended. One that is live hides what
// is around it, as a view does, or a context of others that is detached.
func (t *Task) reach(s *Scope) iter.Seq[*Scope] {
	return func(yield func(*Scope) bool) {
		for t.endedIn(s) != nil && yield(s) && s != nil {
			s = s.outside()
		}
	}
}

// countsAsCanceled reports whether t, ending with err, was canceled rather than
// failed.
func (t *Task) countsAsCanceled(err error) bool {
	return IsCanceled(err) || t.ended() != nil && errors.Is(err, context.Canceled)
}

// canceledError returns the error of a task that was asked to stop and does not
// say more.
func (t *Task) canceledError() error {
	if e := t.ended(); e != nil {
		return e.awaitErr()
	}
	return &CanceledError{}
}

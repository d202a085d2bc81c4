package sched

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// request asks the scope s of t, nil for its own, to stop. If t is suspended in s and what it waits for accepts, the
// request is delivered with that; else it waits for t's next await in s.
func (t *Task) request(s *Scope, cause error) {
	if t.rare != nil {
		t.pollKnown()
	}
	t.ask(s, cause)
}

// ask is request for who has polled the foreign contexts that t knows.
func (t *Task) ask(s *Scope, cause error) {
	t.alert = true
	t.seq++
	if s == nil {
		if t.asks.Load() != 0 {
			t.faceOf(nil) // which keeps the cause of the first request, as contexts do
		}
		t.asks.Store(t.seq)
	} else {
		s.last.Store(t.seq)
	}
	t.noteCause(s, cause)
	if t.rare != nil {
		t.tellApart(s)
	}
	if t.suspendedIn(s) && t.interrupt(cause) {
		return
	}
	t.keep(s)
}

// keep makes the request of s one that t's next await in s has to deliver.
func (t *Task) keep(s *Scope) {
	c := chain{scope: s}
	*c.undelivered(t) = true
}

// interrupt passes a request on to what t waits for.
func (t *Task) interrupt(cause error) bool {
	if t.park != awake {
		return t.unpark(interrupted)
	}
	target, ok := t.waiting.(Target)
	if !ok {
		return false
	}
	t.park = passing // where tasks await each other in a circle, the request must not go round for ever
	accepted := target.Cancel(cause)
	t.park = awake
	return accepted
}

// suspendedIn reports whether t is suspended in s.
func (t *Task) suspendedIn(s *Scope) bool {
	if t.waiting == nil {
		return false
	}
	for c := (chain{scope: t.under}); c.next(); {
		if c.scope == s {
			return true
		}
	}
	return false
}

// pending reports whether a request that counts in p is undelivered.
func (p Place) pending() bool {
	for c := (chain{scope: p.scope}); c.next(); {
		if *c.undelivered(p.task) && c.counts(p.task) {
			return true
		}
	}
	return false
}

// deliver marks what is undelivered in p as delivered, and reports whether there was any.
func (p Place) deliver() bool {
	found := false
	for c := (chain{scope: p.scope}); c.next(); {
		if u := c.undelivered(p.task); *u && c.counts(p.task) {
			*u, found = false, true
		}
	}
	return found
}

// asked is the scope whose request made p's context done: the first of those that count.
func (p Place) asked() (s *Scope, ok bool) {
	first := uint32(0)
	for c := (chain{scope: p.scope}); c.next(); {
		if c.counts(p.task) && (!ok || c.last(p.task) <= first) {
			s, first, ok = c.scope, c.last(p.task), true
		}
	}
	return s, ok
}

// Live reports whether p's context is not done.
func (p Place) Live() bool {
	if !p.task.alert {
		return true
	}
	p.pollForeign()
	_, asked := p.asked()
	return !asked
}

// Redeliver makes the request that p's context is done by undelivered again.
func (p Place) Redeliver() {
	if s, ok := p.asked(); ok {
		p.task.keep(s)
	}
}

// reason is the error of an await in p that a request interrupted.
func (p Place) reason() error {
	s, ok := p.asked()
	switch {
	case !ok:
		return &CanceledError{}
	case s == nil:
		return p.task.canceledError()
	case s.kind == foreign:
		return foreignError(s.parent)
	}
	cause := p.task.causeOf(s)
	if s.kind == DeadlineScope && s.expired.Load() {
		return timedOut(cause)
	}
	return &CanceledError{cause}
}

// Canceled is the error of an await in p, whose context is done.
func (p Place) Canceled() error { return p.reason() }

// Told is what an await in p returns for the error of what it awaited: where a deadline without an owner to turn it was
// passed on, what comes back as canceled has timed out. It panics with the panic of another task, and calls Goexit
// for that of a function off the loop.
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
	s, ok := p.asked()
	if !ok || s == nil || s.kind != DeadlineScope && s.kind != foreign {
		return err
	}
	return p.reason()
}

func (t *Task) canceledError() error { return &CanceledError{t.causeOf(nil)} }

// countsAsCanceled reports whether t, ending with err, was canceled rather than failed.
func (t *Task) countsAsCanceled(err error) bool {
	return IsCanceled(err) || t.asks.Load() != 0 && errors.Is(err, context.Canceled)
}

func foreignError(ctx context.Context) error {
	cause := foreignCause(ctx)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return timedOut(cause)
	}
	return &CanceledError{cause}
}

// foreignCause is why ctx was canceled, nil if nobody said.
func foreignCause(ctx context.Context) error {
	if cause := context.Cause(ctx); cause != context.Canceled {
		return cause
	}
	return nil
}

func timedOut(cause error) error {
	if cause == nil || cause == context.DeadlineExceeded || cause == ErrTimeout {
		return ErrTimeout
	}
	return fmt.Errorf("%w: %w", ErrTimeout, cause)
}

// Uncancel acknowledges all requests that made ctx done. The context it returns has ctx's values and its later
// requests.
func Uncancel(ctx context.Context) context.Context {
	p := Locate(ctx)
	t := p.task
	p.pollForeign()
	p.deliver()
	t.requests = 0
	outer := p.scope
	if outer != nil && outer.kind == view {
		outer = outer.outer
	}
	v := &Scope{task: t, outer: outer, parent: context.Background(), values: inherit(ctx), kind: view, mark: t.seq}
	v.when.Store(int64(noDeadline))
	return v
}

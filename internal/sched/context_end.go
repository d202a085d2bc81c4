package sched

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
)

// An ending says how a context has ended. It never changes, so that contexts
// which end together share one.
type ending struct {
	err   error // context.Canceled or context.DeadlineExceeded
	cause error // why, nil if nobody said

	// turned is set for the time of a TimeoutScope: its awaits are
	// canceled, and its owner turns that into ErrTimeout at the end of the
	// body.
	turned bool

	std atomic.Pointer[stdContext] // for contexts that nobody has looked at before
}

// The endings without a cause of their own. Their standard contexts are made at
// the start, for none must belong to a bubble of testing/synctest.
var (
	plainEnd    = &ending{err: context.Canceled}
	timeoutEnd  = &ending{err: context.DeadlineExceeded, cause: ErrTimeout, turned: true}
	deadlineEnd = &ending{err: context.DeadlineExceeded, cause: ErrTimeout}

	_, _, _ = plainEnd.closedStd(), timeoutEnd.closedStd(), deadlineEnd.closedStd()
)

// canceledBy returns the ending by a request with a cause, which may be nil.
func canceledBy(cause error) *ending {
	if cause == nil {
		return plainEnd
	}
	return &ending{err: context.Canceled, cause: cause}
}

// contextErr returns what Err tells; nil for a context that has not ended.
func (e *ending) contextErr() error {
	if e == nil {
		return nil
	}
	return e.err
}

// contextCause returns what context.Cause tells.
func (e *ending) contextCause() error {
	if e.cause == nil || e.timedOut() && e.cause == ErrTimeout {
		return e.err
	}
	return e.cause
}

func (e *ending) timedOut() bool { return e.err == context.DeadlineExceeded }

// awaitErr returns the error of an await under a context that ended with e.
func (e *ending) awaitErr() error {
	switch {
	case !e.timedOut() || e.turned:
		return &CanceledError{e.cause}
	case e.cause == nil || e.cause == ErrTimeout:
		return ErrTimeout
	}
	return fmt.Errorf("%w: %w", ErrTimeout, e.cause)
}

// endOf returns how ctx, a context of others, has ended; nil if it has not.
func endOf(ctx context.Context) *ending {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	e := &ending{err: context.Canceled}
	if errors.Is(err, context.DeadlineExceeded) {
		e.err = context.DeadlineExceeded
	}
	if cause := context.Cause(ctx); cause != e.err {
		e.cause = cause
	}
	return e
}

// equals reports whether e and other tell the standard library the same.
func (e *ending) equals(other *ending) bool {
	a, b := e.contextCause(), other.contextCause()
	return e.err == other.err && reflect.TypeOf(a) == reflect.TypeOf(b) &&
		(!reflect.ValueOf(a).Comparable() || a == b)
}

// contextState is what any goroutine may ask a context of ours for. Its end is
// recorded once, error and cause together, before its Done channel is closed.
type contextState struct {
	end atomic.Pointer[ending]     // nil: it has not ended, or nobody has looked since
	std atomic.Pointer[stdContext] // nil: nobody has asked for Done
}

// record ends c with e, if it has not ended. It returns how it has ended.
func (c *contextState) record(e *ending) *ending {
	if c.end.CompareAndSwap(nil, e) {
		return e
	}
	return c.end.Load()
}

// finish does what record does, and ends what the standard library sees of c
// and of all that lies in it. It may be called from any goroutine.
func (c *contextState) finish(l *Loop, e *ending) {
	if !c.end.CompareAndSwap(nil, e) {
		e = c.end.Load()
	}
	if d := c.std.Load(); d != nil && !d.closed.Load() {
		d.closeIn(l, e)
	}
}

// ended returns how t's own context has ended; nil if it has not.
func (t *Task) ended() *ending { return t.ctx.end.Load() }

// endedIn returns how the context of s, nil for t's own, has ended.
func (t *Task) endedIn(s *Scope) *ending {
	if s == nil {
		return t.ended()
	}
	return s.ended()
}

// finished does what endedIn does, and sees to it that contexts which package
// context derived from that of s have ended with it.
func (t *Task) finished(s *Scope) *ending {
	e := t.endedIn(s)
	switch {
	case e == nil:
	case s == nil:
		t.ctx.finish(t.loop, e)
	default:
		s.ctx.finish(t.loop, e)
	}
	return e
}

// ended returns how the context of s has ended; nil if it has not.
//
// Where nothing is recorded it asks what s ends with, and records that, so that
// the end of a scope costs those inside nothing until somebody looks. Two that
// look at once find the same: what s ends with has recorded its own end first.
func (s *Scope) ended() *ending {
	if e := s.ctx.end.Load(); e != nil {
		return e
	}
	var e *ending
	switch {
	case s.kind == foreign:
		e = s.foreign.look()
	case s.kind == detached || s.from == detachedScope:
	default:
		e = s.task.endedIn(s.from)
	}
	if e == nil {
		return nil
	}
	return s.ctx.record(e)
}

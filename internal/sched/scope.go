package sched

import (
	"context"
	"sync/atomic"
	"time"
)

// A Scope is a stretch of a task that can be asked to stop without the rest of
// the task: the body of a timeout or of a group, or what runs under a derived
// context. It is that stretch's context.
//
// Scopes lie in each other, the outermost in the task itself, whose own scope
// is part of the Task and stands as nil where a *Scope is asked for. What is
// written here belongs to the loop's goroutine, but for the context's state.
type Scope struct {
	task    *Task
	outer   *Scope // what it lies in; for a foreign one, see outside
	from    *Scope // what its context ends with: outer, unless it is a view
	values  context.Context
	ctx     contextState
	view    *Scope // the live view of it, if there was one
	foreign *foreignContext
	when    atomic.Int64 // when it expires on the loop's clock, noDeadline if never
	timer   Timer
	kind    Kind

	requested   bool // it was asked to stop
	undelivered bool // no await has delivered that
	counted     bool // Canceling counts that
	closed      bool // it has been left
	expired     bool // its time came before it was left
	armed       bool // its expiry stands in the heap of timers, or in the ready queue

	stale uint32 // how many expiries stand in the ready queue that were moved since
}

// Kind says what a scope is for, and so which error an await gets that it
// interrupts.
type Kind uint8

// The kinds of scopes.
const (
	CancelScope   Kind = iota // asked by a function: a group's body, WithCancel; CanceledError
	TimeoutScope              // asked by its timer, and turned into ErrTimeout by its owner at its end; CanceledError
	DeadlineScope             // asked by its timer; ErrTimeout at once, for it has no end to turn it
	view                      // never asked: what may still come to a context that has ended
	alias                     // its from's context, with values of its own
	foreign                   // a context of others, asked when it is done
	detached                  // there is nothing that it ends with
)

const noDeadline = time.Duration(-1 << 63)

// detachedScope is the scope of awaits under context.WithoutCancel.
var detachedScope = &Scope{kind: detached}

// NewScope opens a scope inside the place of ctx. Its owner must leave it.
func NewScope(ctx context.Context, kind Kind) *Scope {
	a := Locate(ctx)
	s := &Scope{task: a.task, outer: a.scope, from: a.scope, values: inherit(ctx), kind: kind}
	s.when.Store(int64(noDeadline))
	return s
}

// Task returns the task that s is a part of.
func (s *Scope) Task() *Task { return s.task }

// outside returns what s lies in, nil for its task.
func (s *Scope) outside() *Scope {
	if s.kind == foreign {
		return s.foreign.outer.Load()
	}
	return s.outer
}

// aliased returns the scope whose context s stands for, nil for its task's own.
func (s *Scope) aliased() *Scope {
	if s != nil && s.kind == alias {
		return s.from
	}
	return s
}

// Request asks what runs in s to stop.
func (s *Scope) Request(cause error) { s.request(canceledBy(cause)) }

func (s *Scope) request(e *ending) {
	if s.closed {
		return
	}
	if !s.requested && s.kind != DeadlineScope {
		s.counted = true
		s.task.needExtras().requestedScopes++
	}
	s.requested = true
	s.task.request(s, e)
}

// Requested reports whether s was asked to stop.
func (s *Scope) Requested() bool { return s.requested }

// Close ends s: an undelivered request is dropped, and all contexts made in s
// have ended.
func (s *Scope) Close() {
	s.undelivered = false
	s.close()
}

// End asks what runs in s to stop, and leaves s.
func (s *Scope) End(cause error) {
	if s.closed {
		return
	}
	if !s.requested {
		s.request(canceledBy(cause))
	}
	s.close()
}

func (s *Scope) close() {
	t := s.task
	t.loop.timers.stop(&s.timer)
	s.closed = true
	s.uncount()
	t.endContext(s, plainEnd)
}

// uncount takes s out of what Canceling counts.
func (s *Scope) uncount() {
	if s.counted {
		s.counted = false
		s.task.extras.requestedScopes--
	}
}

// Expired reports whether the time of s came before it was left.
func (s *Scope) Expired() bool { return s.expired }

// Closed reports whether s has been left.
func (s *Scope) Closed() bool { return s.closed }

// ExpireAt asks s to stop when the loop's time has come, instead of at an
// earlier given time. A time that has come already asks with the next
// iteration, before the timers.
func (s *Scope) ExpireAt(when time.Duration) {
	l := s.task.loop
	s.NeverExpire()
	when = max(when, noDeadline+1)
	s.when.Store(int64(when))
	s.armed = true
	if when <= l.Now() {
		l.enqueue((*expiry)(s))
		return
	}
	l.timers.set((*expiry)(s), when)
}

// NeverExpire takes back ExpireAt.
func (s *Scope) NeverExpire() {
	if s.armed && !s.task.loop.timers.stop(&s.timer) {
		s.stale++
	}
	s.armed = false
	s.when.Store(int64(noDeadline))
}

// Expiry returns the time given to ExpireAt, or false.
func (s *Scope) Expiry() (time.Duration, bool) {
	when := time.Duration(s.when.Load())
	return when, when != noDeadline
}

// expiry is a scope in the heap of timers.
type expiry Scope

// Timer returns the timer of the scope's expiry.
func (e *expiry) Timer() *Timer { return &e.timer }

// Fire asks the scope to stop, unless its time was moved since it became due:
// then the entry of the time that counts stands behind this one, if it is due.
func (e *expiry) Fire() {
	s := (*Scope)(e)
	if s.stale > 0 {
		s.stale--
		return
	}
	s.armed = false
	if s.requested || s.closed {
		return
	}
	s.expired = true
	if s.kind == DeadlineScope {
		s.request(deadlineEnd)
	} else {
		s.request(timeoutEnd)
	}
}

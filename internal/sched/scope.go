package sched

import (
	"context"
	"sync/atomic"
	"time"
)

// A Scope is a stretch of a task that can be asked to stop without the rest of the task: the body of a timeout or
// of a group, or what runs under a derived context. It is that stretch's context.
//
// Scopes form a chain from the innermost to the task itself, whose own scope is part of the Task and stands as nil
// where a *Scope is asked for. Each request has a number, counted in the task, so that an Uncancel is
// but a number too: requests up to it do not count for what runs inside.
type Scope struct {
	task    *Task
	outer   *Scope          // nil: the task's own
	parent  context.Context // what it was derived from
	values  context.Context // the values of that
	kind    Kind
	asked   bool          // its request is undelivered
	last    atomic.Uint32 // number of its latest request; 0: none
	over    atomic.Bool   // it has been left
	expired atomic.Bool   // its time came before it was left
	mark    uint32        // in a view: the last request that was acknowledged
	when    atomic.Int64  // when it expires on the loop's clock, noDeadline if never
	timer   Timer
	armed   bool // its expiry stands in the heap of timers, or in the ready queue
	stale   int  // how many stand in the ready queue that were moved since
	face    atomic.Pointer[face]
	cause   error       // guarded by the loop's faces lock
	done    any         // of a foreign context, its Done channel
	stop    func() bool // of a foreign context, ends its AfterFunc
	apart   atomic.Bool // it is a foreign context that does not end with what is around it
}

// Kind says what a scope is for, and so which error an await gets that it interrupts.
type Kind uint8

// The kinds of scopes.
const (
	CancelScope   Kind = iota // asked by a function: a group's body, WithCancel; CanceledError
	TimeoutScope              // asked by its timer, and turned into ErrTimeout by its owner at its end; CanceledError
	DeadlineScope             // asked by its timer; ErrTimeout at once, for it has no end to turn it
	view                      // never asked: hides the requests so far (Uncancel)
	foreign                   // a context of others, asked when it is done
	detached                  // beyond it nothing counts (WithoutCancel)
)

const noDeadline = time.Duration(-1 << 63)

// beyond is the scope of awaits under context.WithoutCancel.
var beyond = &Scope{kind: detached}

// NewScope opens a scope inside the place of ctx. Its owner must leave it.
func NewScope(ctx context.Context, kind Kind) *Scope {
	p := Locate(ctx)
	s := &Scope{task: p.task, outer: p.scope, parent: ctx, values: inherit(ctx), kind: kind}
	s.when.Store(int64(noDeadline))
	return s
}

// Task is the task that s is a part of.
func (s *Scope) Task() *Task { return s.task }

// Request asks what runs in s to stop.
func (s *Scope) Request(cause error) {
	if !s.over.Load() {
		s.task.request(s, cause)
	}
}

// Requested reports whether s was asked to stop.
func (s *Scope) Requested() bool { return s.last.Load() != 0 }

// Leave ends s: an undelivered request is dropped, and contexts derived from s are canceled.
func (s *Scope) Leave() {
	s.task.loop.timers.stop(&s.timer)
	s.asked = false
	s.over.Store(true)
	s.task.closeScopeFace(s)
}

// lapse lets awaits under the context of s, which has been left, fail.
func (s *Scope) lapse() {
	if t := s.task; !s.Requested() {
		t.alert = true
		t.seq++
		s.last.Store(t.seq)
	}
}

// End asks what runs in s to stop, and is the last thing that happens to s: the context stays done.
func (s *Scope) End(cause error) {
	if s.over.Load() {
		return
	}
	s.task.loop.timers.stop(&s.timer)
	if !s.Requested() {
		s.task.request(s, cause)
	}
	s.over.Store(true)
	s.task.closeScopeFace(s)
}

// Expired reports whether the time of s came before it was left.
func (s *Scope) Expired() bool { return s.expired.Load() }

// Over reports whether s has been left.
func (s *Scope) Over() bool { return s.over.Load() }

// ExpireAt asks s to stop when the loop's time has come, instead of at an earlier given time. A time that
// has come already asks with the next iteration, before the timers.
func (s *Scope) ExpireAt(when time.Duration) {
	l := s.task.loop
	s.NeverExpire()
	s.when.Store(int64(when))
	s.armed = true
	if when <= l.Now() {
		l.ready.push((*expiry)(s))
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

// Expiry is the time given to ExpireAt, or false.
func (s *Scope) Expiry() (time.Duration, bool) {
	when := time.Duration(s.when.Load())
	return when, when != noDeadline
}

// expiry is a scope in the heap of timers.
type expiry Scope

// Timer is the timer of the scope's expiry.
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
	if s.Requested() {
		return
	}
	s.expired.Store(!s.Over())
	s.Request(ErrTimeout)
}

// chain walks from a scope to the task's own, past those that do not count.
type chain struct {
	scope *Scope // where the walk stands; nil: the task's own
	mark  uint32 // requests up to this one do not count
	begun bool
}

// next moves on to the next scope that can be asked.
func (c *chain) next() bool {
	for {
		switch {
		case !c.begun:
			c.begun = true
		case c.scope == nil || c.scope.kind == foreign && (c.scope.apart.Load() || c.scope.live()):
			return false
		default:
			c.scope = c.scope.outer
		}
		if c.scope == nil {
			return true
		}
		switch c.scope.kind {
		case view:
			c.mark = max(c.mark, c.scope.mark)
		case detached:
			return false
		default:
			return true
		}
	}
}

// counts reports whether the scope that the walk stands at has been asked.
func (c *chain) counts(t *Task) bool { return c.last(t) > c.mark }

func (c *chain) last(t *Task) uint32 {
	if c.scope == nil {
		return t.asks.Load()
	}
	return c.scope.last.Load()
}

// acknowledged reports whether the scope that the walk stands at has been asked, but not since an Uncancel.
func (c *chain) acknowledged(t *Task) bool { return c.last(t) != 0 && !c.counts(t) }

// undelivered is the flag of the scope that the walk stands at.
func (c *chain) undelivered(t *Task) *bool {
	if c.scope == nil {
		return &t.asked
	}
	return &c.scope.asked
}

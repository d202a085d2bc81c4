package primitives

import (
	"context"
	"fmt"

	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/waitq"
)

// A Semaphore lets a number of tasks at a time through; asyncio.Semaphore. Make
// one with [NewSemaphore] or [NewBoundedSemaphore]: the zero Semaphore panics
// when it is used.
type Semaphore struct {
	waiters waitq.Queue
	free    int
	bound   int // the most permits there may be; noBound, or 0 in a zero Semaphore
}

const (
	noBound  = int(^uint(0) >> 1)
	noPermit = -1 // the bound of a bounded Semaphore without permits
)

// NewSemaphore returns a semaphore with n permits. Every [Semaphore.Release]
// adds one, also without an Acquire before. NewSemaphore panics if n is
// negative.
func NewSemaphore(n int) *Semaphore {
	return newSemaphore("NewSemaphore", n, noBound)
}

// NewBoundedSemaphore returns a semaphore with n permits, of which there are
// never more: a [Semaphore.Release] too many panics; asyncio.BoundedSemaphore.
// With n = 0 no task ever passes. NewBoundedSemaphore panics if n is negative.
func NewBoundedSemaphore(n int) *Semaphore {
	bound := n
	if n == 0 {
		bound = noPermit
	}
	return newSemaphore("NewBoundedSemaphore", n, bound)
}

func newSemaphore(by string, n, bound int) *Semaphore {
	if n < 0 {
		panic(fmt.Sprintf("async: %s(%d): give the number of tasks to let through at a time", by, n))
	}
	return &Semaphore{free: n, bound: bound}
}

func (s *Semaphore) mustBeMade() {
	if s.bound == 0 {
		panic("async: a zero Semaphore was used: make it with NewSemaphore or NewBoundedSemaphore")
	}
}

// Acquire takes a permit. It suspends the task while there is none, and while
// others wait; a released permit is handed over to the task that has waited
// longest.
//
// If ctx is canceled first, Acquire returns its error and takes no permit; one
// that was handed over goes to the next.
func (s *Semaphore) Acquire(ctx context.Context) error {
	if t, ok := ctx.(*sched.Task); ok && s.free > 0 && s.waiters.IdleFor(t) {
		s.free-- // the short way, without a call
		return nil
	}
	return s.enter(ctx)
}

func (s *Semaphore) enter(ctx context.Context) error {
	p := s.waiters.Enter(ctx)
	if s.TryAcquire() {
		return nil
	}
	return s.wait(p)
}

func (s *Semaphore) wait(p sched.Awaiter) error {
	woke, err := s.waiters.Wait(p, awaitedPermit)
	if err != nil && woke {
		s.free++
	}
	for s.free > 0 && s.waiters.WakeNext() {
		s.free--
	}
	return err
}

var awaitedPermit fmt.Stringer = sched.Text("a permit of a Semaphore")

// TryAcquire takes a permit and returns true, unless there is none or others
// wait for one. It never suspends.
func (s *Semaphore) TryAcquire() bool {
	if sched.Guarding() {
		waitq.CheckCaller("Semaphore.TryAcquire was called", &s.waiters)
	}
	if s.Locked() {
		return false
	}
	s.free--
	return true
}

// Release gives a permit back: to the task that has waited longest, if there is
// one. It never suspends. Release of a bounded semaphore panics if all its
// permits are there.
func (s *Semaphore) Release() {
	if sched.Guarding() {
		waitq.CheckCaller("Semaphore.Release was called", &s.waiters)
	}
	s.mustBeMade()
	if s.free >= s.bound {
		panic("async: Release of a bounded Semaphore that has all its permits: call it once for each Acquire that returned nil, or use With")
	}
	if !s.waiters.WakeNext() {
		s.free++
	}
}

// With calls body while it holds a permit; asyncio's async with. It suspends as
// [Semaphore.Acquire] does, and where body does.
//
// If ctx is canceled before there is a permit, With returns its error without
// calling body. However body ends, the permit is released.
func (s *Semaphore) With(ctx context.Context, body func(ctx context.Context) error) error {
	if err := s.Acquire(ctx); err != nil {
		return err
	}
	defer s.Release()
	return body(ctx)
}

// Locked reports whether a task that wants a permit has to wait.
func (s *Semaphore) Locked() bool {
	s.mustBeMade()
	return s.free == 0 || !s.waiters.NoneAhead()
}

// Waiting returns how many tasks wait for a permit.
func (s *Semaphore) Waiting() int { return s.waiters.Len() }

// String tells the state of s, like Python's repr.
func (s *Semaphore) String() string {
	state := "locked"
	if s.free > 0 && s.waiters.NoneAhead() {
		state = fmt.Sprintf("unlocked, value:%d", s.free)
	}
	kind := "BoundedSemaphore"
	if s.bound == noBound || s.bound == 0 {
		kind = "Semaphore"
	}
	return describe(kind, state, s.Waiting())
}

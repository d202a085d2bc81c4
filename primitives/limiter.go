package primitives

import (
	"context"
	"fmt"

	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/waitq"
)

// A CapacityLimiter lends a number of tokens, one to each borrower, and knows
// the borrowers; trio.CapacityLimiter. Unlike a [Semaphore] it takes a token
// back only from its borrower, never has more than its total, and the total may
// be changed. Make one with [NewCapacityLimiter]: the zero CapacityLimiter
// panics when it is used.
type CapacityLimiter struct {
	waiters   waitq.Queue
	total     int
	lent      int          // also to tasks that were woken for it and have not had their turn
	borrowers map[any]bool // false: waits for a token
}

// NewCapacityLimiter returns a limiter with that many tokens. It panics if
// there is not even one.
func NewCapacityLimiter(total int) *CapacityLimiter {
	l := &CapacityLimiter{borrowers: make(map[any]bool)}
	l.SetTotal(total)
	return l
}

func (l *CapacityLimiter) mustBeMade() {
	if l.borrowers == nil {
		panic("async: a zero CapacityLimiter was used: make it with NewCapacityLimiter")
	}
}

// Acquire lends the calling task a token. It suspends the task while all are
// lent, and while others wait; a token that comes back is handed over to the
// task that has waited longest.
//
// If ctx is canceled first, Acquire returns its error and lends nothing.
// Acquire panics if the task has a token of l.
func (l *CapacityLimiter) Acquire(ctx context.Context) error {
	return l.AcquireFor(ctx, l.waiters.Enter(ctx).Task())
}

// AcquireFor does [CapacityLimiter.Acquire] on behalf of borrower, any
// comparable value, which [CapacityLimiter.ReleaseFor] has to be given.
func (l *CapacityLimiter) AcquireFor(ctx context.Context, borrower any) error {
	l.mustBeMade()
	p := l.waiters.Enter(ctx)
	if _, has := l.borrowers[borrower]; has {
		panic("async: a borrower of a CapacityLimiter wants a second token: release the first before, or use AcquireFor with another borrower")
	}
	if l.lent < l.total && l.waiters.NoneAhead() {
		l.lent++
	} else if err := l.wait(p, borrower); err != nil {
		return err
	}
	l.borrowers[borrower] = true
	return nil
}

// wait returns nil when a token was handed over to the task of p.
func (l *CapacityLimiter) wait(p sched.Awaiter, borrower any) error {
	l.borrowers[borrower] = false
	woke, err := l.waiters.Wait(p, (*awaitedToken)(l))
	if err == nil {
		return nil
	}
	delete(l.borrowers, borrower)
	if woke {
		l.lent--
		l.lend()
	}
	return err
}

// Release takes the calling task's token back. It never suspends. Release
// panics if the task has none.
func (l *CapacityLimiter) Release() { l.ReleaseFor(l.waiters.Runner()) }

// ReleaseFor takes the token of borrower back. It never suspends. ReleaseFor
// panics if borrower has none.
func (l *CapacityLimiter) ReleaseFor(borrower any) {
	if sched.Guarding() {
		waitq.CheckCaller("CapacityLimiter.Release was called", &l.waiters)
	}
	l.mustBeMade()
	if !l.borrowers[borrower] {
		panic("async: Release of a CapacityLimiter by who has no token of it: call it in the task that called Acquire, or use AcquireFor and ReleaseFor")
	}
	delete(l.borrowers, borrower)
	l.lent--
	l.lend()
}

// lend hands tokens over to waiting tasks.
func (l *CapacityLimiter) lend() {
	for l.lent < l.total && l.waiters.WakeNext() {
		l.lent++
	}
}

// With calls body while the calling task has a token. It suspends as
// [CapacityLimiter.Acquire] does, and where body does.
//
// If ctx is canceled before there is a token, With returns its error without
// calling body. However body ends, the token is released.
func (l *CapacityLimiter) With(ctx context.Context, body func(ctx context.Context) error) error {
	if err := l.Acquire(ctx); err != nil {
		return err
	}
	defer l.ReleaseFor(l.waiters.Runner())
	return body(ctx)
}

// SetTotal changes how many tokens there are. If more than that are lent, those
// are not called back, but come back for good. It never suspends. SetTotal
// panics if total is not positive.
func (l *CapacityLimiter) SetTotal(total int) {
	if sched.Guarding() {
		waitq.CheckCaller("CapacityLimiter.SetTotal was called", &l.waiters)
	}
	l.mustBeMade()
	if total < 1 {
		panic(fmt.Sprintf("async: a CapacityLimiter of %d tokens: give the number of those who may have one at a time", total))
	}
	l.total = total
	l.lend()
}

// Total returns the number of tokens.
func (l *CapacityLimiter) Total() int { return l.total }

// Borrowed returns how many tokens are lent.
func (l *CapacityLimiter) Borrowed() int { return l.lent }

// Locked reports whether a task that wants a token has to wait.
func (l *CapacityLimiter) Locked() bool { return l.lent >= l.total || !l.waiters.NoneAhead() }

// Waiting returns how many tasks wait for a token.
func (l *CapacityLimiter) Waiting() int { return l.waiters.Len() }

// String tells the state of l, like Python's repr.
func (l *CapacityLimiter) String() string {
	return describe("CapacityLimiter", fmt.Sprintf("borrowed:%d/%d", l.lent, l.total), l.Waiting())
}

// awaitedToken names a CapacityLimiter that a task waits for.
type awaitedToken CapacityLimiter

// String tells how many tokens there are.
func (l *awaitedToken) String() string {
	return fmt.Sprintf("a token of a CapacityLimiter of %d", l.total)
}

// Kind names it without its state, from any goroutine.
func (*awaitedToken) Kind() string { return "a token of a CapacityLimiter" }

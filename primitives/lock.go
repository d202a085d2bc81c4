package primitives

import (
	"context"

	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/waitq"
)

// A Lock lets one task at a time through; asyncio.Lock. The zero Lock is
// unlocked.
//
// A Lock is not bound to the task that acquired it: another may release it. A
// task that acquires a Lock which it holds already waits like any other.
type Lock struct {
	waiters waitq.Queue
	holder  *sched.Task // nil: unlocked, or locked in debug mode
	site    *site       // where it was acquired, and by which task, in debug mode; nil: unlocked, or locked outside of it
	owed    int         // releases to come by tasks that do not hold l any more: see Condition.wait
}

// Acquire locks l. It suspends the task while l is locked, and while others
// wait; waiting tasks get l in the order they came.
//
// If ctx is canceled first, Acquire returns its error and leaves l to the
// others.
func (l *Lock) Acquire(ctx context.Context) error {
	if t, ok := ctx.(*sched.Task); ok && l.holder == nil && l.waiters.IdleFor(t) {
		l.holder = t // the short way, without a call
		return nil
	}
	return l.enter(ctx)
}

func (l *Lock) enter(ctx context.Context) error { return l.acquire(l.waiters.Enter(ctx)) }

func (l *Lock) acquire(p sched.Awaiter) error {
	if l.free() {
		l.take(p.Task())
		return nil
	}
	return l.wait(p)
}

// free reports whether no task holds l or is ahead of a newcomer.
func (l *Lock) free() bool { return !l.Locked() && l.waiters.NoneAhead() }

// wait locks l when it is the turn of p's task.
func (l *Lock) wait(p sched.Awaiter) error {
	_, err := l.waiters.Wait(p, (*awaitedLock)(l))
	switch {
	case err == nil:
		l.take(p.Task())
	case !l.Locked():
		l.waiters.WakeFirst()
	}
	return err
}

// reacquire locks l again for a task that has to hold it whatever comes. It
// returns the error of the last cancellation that came meanwhile.
func (l *Lock) reacquire(p sched.Awaiter) (err error) {
	for {
		again := l.acquire(p.IgnorePending())
		if again == nil {
			return err
		}
		err = again
	}
}

// take locks l for t. In debug mode holder stays nil, so that Release goes the
// long way, on which the caller is checked; Acquire goes the long way there by
// itself.
func (l *Lock) take(t *sched.Task) {
	if l.waiters.Guarded() {
		l.site = acquiredHere(t)
	} else {
		l.holder = t
	}
}

// TryAcquire locks l and returns true, unless l is locked or others wait for
// it. It never suspends.
func (l *Lock) TryAcquire() bool {
	l.check("Lock.TryAcquire was called")
	if !l.free() {
		return false
	}
	if t := l.waiters.Runner(); t != nil {
		l.take(t)
	} else {
		l.take(somebody)
	}
	return true
}

// somebody holds what was acquired outside of a task, or of a task that is not
// known.
var somebody = new(sched.Task)

// Release unlocks l and wakes the task that has waited longest. It never
// suspends. Release panics if l is not locked.
func (l *Lock) Release() {
	if l.holder == nil || !l.waiters.Empty() {
		l.release()
	} else {
		l.holder = nil // the short way, which the compiler writes into the caller
	}
}

func (l *Lock) release() {
	l.check("Lock.Release was called")
	switch {
	case l.Locked():
		l.holder, l.site = nil, nil
		l.waiters.WakeFirst()
	case l.owed > 0:
		l.owed--
	default:
		panic("async: Release of a Lock that is not locked: call it once for each Acquire that returned nil, or use With")
	}
}

// With calls body while it holds l; asyncio's async with. It suspends as
// [Lock.Acquire] does, and where body does.
//
// If ctx is canceled before l is acquired, With returns its error without
// calling body. However body ends, l is released.
func (l *Lock) With(ctx context.Context, body func(ctx context.Context) error) error {
	if err := l.Acquire(ctx); err != nil {
		return err
	}
	defer l.Release()
	return body(ctx)
}

// Locked reports whether l is locked.
func (l *Lock) Locked() bool { return l.holder != nil || l.site != nil }

// check panics in debug mode if the calling goroutine does not hold the baton.
func (l *Lock) check(operation string) {
	if sched.Guarding() {
		waitq.CheckCaller(operation, &l.waiters)
	}
}

// owner returns the task that holds l, somebody, or nil.
func (l *Lock) owner() *sched.Task {
	if l.site != nil {
		return l.site.holder
	}
	return l.holder
}

// Waiting returns how many tasks wait for l.
func (l *Lock) Waiting() int { return l.waiters.Len() }

// String tells the state of l, like Python's repr.
func (l *Lock) String() string {
	return describe("Lock", lockedText(l.Locked()), l.Waiting())
}

// awaitedLock names a Lock that a task waits for.
type awaitedLock Lock

// String names the holder of the lock.
func (l *awaitedLock) String() string {
	switch owner := (*Lock)(l).owner(); owner {
	case nil:
		return "a Lock that others wait for"
	case somebody:
		return "a Lock that is held"
	default:
		return "a Lock held by " + owner.Name() + l.site.String()
	}
}

// Kind names it without its state, from any goroutine.
func (*awaitedLock) Kind() string { return "a Lock" }

// Blockers returns the task that holds the lock.
func (l *awaitedLock) Blockers() []*sched.Task { return holders((*Lock)(l).owner()) }

// holders returns the task that holds something, if it is known.
func holders(t *sched.Task) []*sched.Task {
	if t == nil || t == somebody {
		return nil
	}
	return []*sched.Task{t}
}

package primitives

import (
	"context"
	"fmt"

	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/waitq"
)

// A Condition lets tasks that hold a lock wait until others have changed what
// it guards; asyncio.Condition. The zero Condition is ready and has a lock of
// its own.
type Condition struct {
	// L is the lock that is held when Wait, Notify or NotifyAll is called;
	// nil means one of the condition's own. It must not be changed after
	// the first use.
	L *Lock

	own     Lock
	waiters waitq.Queue
}

func (c *Condition) lock() *Lock {
	if c.L != nil {
		return c.L
	}
	return &c.own
}

// Acquire calls [Lock.Acquire] of the condition's lock.
func (c *Condition) Acquire(ctx context.Context) error { return c.lock().Acquire(ctx) }

// TryAcquire calls [Lock.TryAcquire] of the condition's lock.
func (c *Condition) TryAcquire() bool { return c.lock().TryAcquire() }

// Release calls [Lock.Release] of the condition's lock.
func (c *Condition) Release() { c.lock().Release() }

// Locked calls [Lock.Locked] of the condition's lock.
func (c *Condition) Locked() bool { return c.lock().Locked() }

// With calls [Lock.With] of the condition's lock.
func (c *Condition) With(ctx context.Context, body func(ctx context.Context) error) error {
	return c.lock().With(ctx, body)
}

// Wait releases the lock, suspends the task until it is notified, and acquires
// the lock again before it returns. Tasks are notified in the order they came,
// and then wait for the lock in that order. Wait may return although nothing
// has changed, so call it in a loop, or use [Condition.WaitFor].
//
// If ctx is canceled first, Wait returns its error, still with the lock held; a
// notification that the task had got goes to another. Wait panics if the lock
// is not held.
func (c *Condition) Wait(ctx context.Context) error {
	return c.wait(ctx, awaitedCondition)
}

var awaitedCondition fmt.Stringer = sched.Text("a Condition")

func (c *Condition) wait(ctx context.Context, what fmt.Stringer) error {
	l := c.lock()
	p := l.waiters.Enter(ctx)
	c.waiters.Enter(ctx)
	if !l.Locked() {
		panic("async: Wait on a Condition whose lock is not held: call Acquire before, or Wait inside of With")
	}
	l.Release()
	held := false
	defer func() {
		if !held {
			l.owed++ // the task ends in here by Goexit, and has a deferred Release to come
		}
	}()
	_, err := c.waiters.Wait(p, what)
	if again := l.reacquire(p); again != nil {
		err = again
	}
	held = true
	if err != nil {
		c.notify(1)
	}
	return err
}

// WaitFor waits, as [Condition.Wait] does, until pred returns true. It suspends
// only if pred does not do so at once. pred is called with the lock held.
//
// If ctx is canceled first, WaitFor returns its error, with the lock held.
// WaitFor panics if it has to wait and the lock is not held.
func (c *Condition) WaitFor(ctx context.Context, pred func() bool) error {
	return c.waitFor(ctx, awaitedCondition, pred)
}

func (c *Condition) waitFor(ctx context.Context, what fmt.Stringer, pred func() bool) error {
	for !pred() {
		if err := c.wait(ctx, what); err != nil {
			return err
		}
	}
	return nil
}

// Notify wakes the n tasks that have waited longest, or all if there are fewer.
// They go on when they have the lock. It never suspends. Notify panics if the
// lock is not held, and if n is negative.
func (c *Condition) Notify(n int) {
	if n < 0 {
		panic("async: Notify of a negative number of tasks: use NotifyAll to wake all")
	}
	c.mustHoldLock()
	c.notify(n)
}

// NotifyAll wakes every task that waits, as [Condition.Notify] does. It never
// suspends. NotifyAll panics if the lock is not held.
func (c *Condition) NotifyAll() {
	c.mustHoldLock()
	c.waiters.WakeAll()
}

func (c *Condition) mustHoldLock() {
	if sched.Guarding() {
		waitq.CheckCaller("Condition.Notify was called", &c.waiters, &c.lock().waiters)
	}
	if !c.Locked() {
		panic("async: Notify of a Condition whose lock is not held: call Acquire before, or Notify inside of With")
	}
}

func (c *Condition) notify(n int) {
	for ; n > 0 && c.waiters.WakeNext(); n-- {
		continue
	}
}

// Waiting returns how many tasks wait to be notified.
func (c *Condition) Waiting() int { return c.waiters.Len() }

// String tells the state of c, like Python's repr.
func (c *Condition) String() string {
	return describe("Condition", lockedText(c.Locked()), c.Waiting())
}

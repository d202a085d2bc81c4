package asynctest

import (
	"context"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// A Locker is what [CheckLock] and [CheckSemaphore] try: a primitive that lets
// a number of tasks through.
type Locker interface {
	// Acquire suspends until the task is let through. It returns an error
	// if ctx is canceled first.
	Acquire(ctx context.Context) error
	// Release lets the next one through.
	Release()
}

// CheckLock tries a lock under many schedules, with cancellations at every
// await. It fails the test if the lock lets two tasks through at once, lets
// tasks through in another order than that in which they called Acquire, or is
// lost for the others when one is canceled. makeLock makes a lock for each
// schedule.
func CheckLock(t testing.TB, makeLock func() Locker) {
	t.Helper()
	Explorer{Cancel: true}.Explore(t, (&lockCheck{makeLock: makeLock, permits: 1, fair: true}).run)
}

// CheckSemaphore does what [CheckLock] does, for what lets n tasks through at
// once, in whatever order.
func CheckSemaphore(t testing.TB, n int, makeLock func() Locker) {
	t.Helper()
	Explorer{Cancel: true}.Explore(t, (&lockCheck{makeLock: makeLock, permits: n}).run)
}

// lockCheck is a check of a lock.
type lockCheck struct {
	makeLock func() Locker
	permits  int
	fair     bool
}

// rounds is how often each task acquires: the second time it must not get ahead
// of those who wait.
const rounds = 2

func (c *lockCheck) run(t testing.TB, ctx context.Context) {
	u := &lockUse{lockCheck: c, t: t, lock: c.makeLock()}
	var tasks []*sched.Task
	for range c.permits + 2 {
		tasks = append(tasks, spawn(ctx, "user", u.use))
	}
	if err := WaitIdle(ctx); err != nil {
		t.Fatal(err)
	}
	if u.held < c.permits && len(u.line) > 0 {
		t.Errorf("a wakeup was lost: %s waits and %d of %d permits are free", nameOf(u.line[0]), c.permits-u.held, c.permits)
	}
	cancelAll(ctx, tasks)
	for n := range c.permits {
		if !u.isFree(ctx) {
			t.Fatalf("a permit is lost: Acquire waits although only %d of %d are held", n, c.permits)
		}
	}
}

// isFree reports whether a task that acquires the lock need not wait.
func (u *lockUse) isFree(ctx context.Context) bool {
	waited := 0
	last := spawnSpared(ctx, "last", func(ctx context.Context) (err error) {
		waited = suspensions(ctx, func() { err = u.lock.Acquire(ctx) })
		return err
	})
	if err := WaitIdle(ctx); err != nil {
		u.t.Fatal(err)
	}
	defer cancelAll(ctx, []*sched.Task{last})
	return last.Settled() && last.Peek() == nil && waited == 0
}

// lockUse is a lock in use, in one schedule.
type lockUse struct {
	*lockCheck
	t    testing.TB
	lock Locker
	held int
	line []context.Context // of the tasks that have called Acquire, in order
}

// use does the work of each task.
func (u *lockUse) use(ctx context.Context) error {
	for range rounds {
		u.line = append(u.line, ctx)
		err := u.lock.Acquire(ctx)
		if err != nil {
			u.leave(ctx)
			return err
		}
		u.entered(ctx)
		_ = sched.Enter(ctx).Yield()
		u.held--
		u.lock.Release()
	}
	return nil
}

// entered notes, and checks, that the task of ctx was let through.
func (u *lockUse) entered(ctx context.Context) {
	for _, other := range u.line {
		if other == ctx {
			break
		}
		if u.fair && other.Err() == nil {
			u.t.Errorf("%v was let through before %v, which had waited for longer", nameOf(ctx), nameOf(other))
		}
	}
	u.leave(ctx)
	if u.held++; u.held > u.permits {
		u.t.Errorf("%d tasks were let through at once, not at most %d", u.held, u.permits)
	}
}

// leave takes the task of ctx out of the line.
func (u *lockUse) leave(ctx context.Context) {
	for i, other := range u.line {
		if other == ctx {
			u.line = append(u.line[:i], u.line[i+1:]...)
			return
		}
	}
}

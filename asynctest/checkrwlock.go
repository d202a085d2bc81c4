package asynctest

import (
	"context"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// A RWLocker is what [CheckRWLock] tries: a lock that many may read under, or
// one may write.
type RWLocker interface {
	Locker
	// AcquireRead suspends until no task writes. It returns an error if ctx
	// is canceled first.
	AcquireRead(ctx context.Context) error
	// ReleaseRead ends what AcquireRead began.
	ReleaseRead()
}

// CheckRWLock tries a lock for readers and writers under many schedules, with
// cancellations at every await. It fails the test if a task writes while
// another one reads or writes, if readers keep each other out of a lock that
// nobody writes under, or if a task waits on although nobody is in its way.
// makeLock makes a lock for each schedule.
func CheckRWLock(t testing.TB, makeLock func() RWLocker) {
	t.Helper()
	Explorer{Cancel: true}.Explore(t, func(t testing.TB, ctx context.Context) {
		u := &rwUse{t: t, lock: makeLock()}
		var tasks []*sched.Task
		for range 2 {
			tasks = append(tasks, spawn(ctx, "reader", u.read), spawn(ctx, "writer", u.write))
		}
		if err := WaitIdle(ctx); err != nil {
			t.Fatal(err)
		}
		if u.waiting > 0 {
			t.Errorf("a wakeup was lost: %d tasks wait for a lock that nobody holds", u.waiting)
		}
		cancelAll(ctx, tasks)
		u.checkReaders(ctx)
	})
}

// rwUse is a lock in use, in one schedule.
type rwUse struct {
	t       testing.TB
	lock    RWLocker
	readers int
	writers int
	waiting int
}

func (u *rwUse) read(ctx context.Context) error {
	return u.use(ctx, &u.readers, u.lock.AcquireRead, u.lock.ReleaseRead)
}

func (u *rwUse) write(ctx context.Context) error {
	return u.use(ctx, &u.writers, u.lock.Acquire, u.lock.Release)
}

// use takes the lock twice, so that the second time others may be in line.
func (u *rwUse) use(ctx context.Context, count *int, acquire func(ctx context.Context) error, release func()) error {
	for range rounds {
		u.waiting++
		err := acquire(ctx)
		u.waiting--
		if err != nil {
			return err
		}
		*count++
		if u.writers > 1 || u.writers > 0 && u.readers > 0 {
			u.t.Errorf("%d tasks write and %d read at once", u.writers, u.readers)
		}
		_ = sched.Enter(ctx).Yield()
		*count--
		release()
	}
	return nil
}

// checkReaders checks that several may read at once when nobody else is there.
func (u *rwUse) checkReaders(ctx context.Context) {
	in := 0
	hold := func(ctx context.Context) error {
		if err := u.lock.AcquireRead(ctx); err != nil {
			return err
		}
		in++
		err := sched.Sleep(ctx, 1)
		u.lock.ReleaseRead()
		return err
	}
	tasks := []*sched.Task{spawnSpared(ctx, "reader", hold), spawnSpared(ctx, "reader", hold)}
	if err := WaitIdle(ctx); err != nil {
		u.t.Fatal(err)
	}
	if in < 2 {
		u.t.Errorf("only %d of 2 tasks may read, and nobody writes: something was lost", in)
	}
	cancelAll(ctx, tasks)
}

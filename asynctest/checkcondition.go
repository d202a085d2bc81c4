package asynctest

import (
	"context"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// A Conditioner is what [CheckCondition] tries: a lock under which tasks wait
// to be notified.
type Conditioner interface {
	Locker
	// Wait releases the lock, suspends until the task is notified, and
	// takes the lock again, also when it returns an error because ctx is
	// canceled.
	Wait(ctx context.Context) error
	// Notify wakes n tasks that wait. Its caller holds the lock.
	Notify(n int)
}

// CheckCondition tries a condition under many schedules, with cancellations at
// every await. It fails the test if two tasks hold its lock at once, if Wait
// returns without it, if a task goes on that was not notified, or if a
// notification is lost with a task that is canceled. makeCondition makes a
// condition for each schedule.
func CheckCondition(t testing.TB, makeCondition func() Conditioner) {
	t.Helper()
	Explorer{Cancel: true}.Explore(t, func(t testing.TB, ctx context.Context) {
		u := &conditionUse{t: t, cond: makeCondition()}
		var tasks []*sched.Task
		for range 2 {
			tasks = append(tasks, spawn(ctx, "consumer", u.consume), spawn(ctx, "producer", u.produce))
		}
		if err := WaitIdle(ctx); err != nil {
			t.Fatal(err)
		}
		if u.items > 0 && u.waiting > 0 {
			t.Errorf("a notification was lost: %d tasks wait, and %d items are there", u.waiting, u.items)
		}
		cancelAll(ctx, tasks)
	})
}

// conditionUse is a condition in use, in one schedule: consumers wait for
// items, each of which a producer notifies one of.
type conditionUse struct {
	t       testing.TB
	cond    Conditioner
	held    bool
	items   int
	waiting int
}

// with runs f under the lock.
func (u *conditionUse) with(ctx context.Context, f func(ctx context.Context) error) error {
	if err := u.cond.Acquire(ctx); err != nil {
		return err
	}
	u.enter()
	err := f(ctx)
	u.held = false
	u.cond.Release()
	return err
}

func (u *conditionUse) enter() {
	if u.held {
		u.t.Errorf("two tasks hold the lock of the condition")
	}
	u.held = true
}

func (u *conditionUse) consume(ctx context.Context) error {
	return u.with(ctx, func(ctx context.Context) error {
		for u.items == 0 {
			u.waiting++
			u.held = false
			err := u.cond.Wait(ctx)
			u.enter()
			u.waiting--
			if err != nil {
				return err
			}
		}
		u.items--
		return nil
	})
}

func (u *conditionUse) produce(ctx context.Context) error {
	if err := sched.Enter(ctx).Yield(); err != nil {
		return err
	}
	return u.with(ctx, func(ctx context.Context) error {
		u.items++
		u.cond.Notify(1)
		return sched.Enter(ctx).Yield()
	})
}

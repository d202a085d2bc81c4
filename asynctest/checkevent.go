package asynctest

import (
	"context"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// An Eventer is what [CheckEvent] tries: a flag that tasks wait for.
type Eventer interface {
	// Set lets all tasks go on that wait, and those that come until Clear.
	Set()
	// Clear makes tasks wait that come from now on.
	Clear()
	// Wait suspends until the flag is set. It returns an error if ctx is
	// canceled first.
	Wait(ctx context.Context) error
}

// CheckEvent tries an event under many schedules, with cancellations at every
// await. It fails the test if a task goes on although the event was not set
// while it waited, waits although it is set, or is not woken by Set, be it
// followed by Clear at once. makeEvent makes an event for each schedule.
func CheckEvent(t testing.TB, makeEvent func() Eventer) {
	t.Helper()
	Explorer{Cancel: true}.Explore(t, func(t testing.TB, ctx context.Context) {
		u := &eventUse{t: t, event: makeEvent(), waiting: map[context.Context]int{}}
		tasks := []*sched.Task{spawn(ctx, "setter", u.set)}
		for range 3 {
			tasks = append(tasks, spawn(ctx, "waiter", u.wait))
		}
		if err := WaitIdle(ctx); err != nil {
			t.Fatal(err)
		}
		u.checkIdle()
		cancelAll(ctx, tasks)
	})
}

// eventUse is an event in use, in one schedule.
type eventUse struct {
	t       testing.TB
	event   Eventer
	isSet   bool
	sets    int                     // how often it was set
	waiting map[context.Context]int // how often it had been set when they came
}

// set sets the event, clears it, and does both at once.
func (u *eventUse) set(ctx context.Context) error {
	p := sched.Enter(ctx)
	if err := p.Yield(); err != nil {
		return err
	}
	u.change(true)
	if err := p.Yield(); err != nil {
		return err
	}
	u.change(false)
	if err := p.Yield(); err != nil {
		return err
	}
	u.change(true)
	u.change(false)
	return nil
}

func (u *eventUse) change(set bool) {
	if u.isSet = set; set {
		u.sets++
		u.event.Set()
	} else {
		u.event.Clear()
	}
}

func (u *eventUse) wait(ctx context.Context) error {
	for range 2 {
		wasSet, sets := u.isSet, u.sets
		u.waiting[ctx] = sets
		var err error
		waited := suspensions(ctx, func() { err = u.event.Wait(ctx) })
		delete(u.waiting, ctx)
		switch {
		case err != nil:
			return err
		case wasSet && waited > 0:
			u.t.Errorf("%s waited although the event was set", nameOf(ctx))
		case !wasSet && u.sets == sets:
			u.t.Errorf("%s went on although the event was not set", nameOf(ctx))
		}
		if err := sched.Enter(ctx).Yield(); err != nil {
			return err
		}
	}
	return nil
}

// checkIdle checks that no task waits that Set should have woken.
func (u *eventUse) checkIdle() {
	for _, sets := range u.waiting {
		if u.isSet || u.sets > sets {
			u.t.Fatalf("a wakeup was lost: a task waits although the event was set since it came")
		}
	}
}

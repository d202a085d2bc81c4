package sched

import (
	"context"
	"fmt"
	"time"
)

// A Place is where in a task an await happens: the task, and the innermost scope of the context it was given.
type Place struct {
	task   *Task
	scope  *Scope
	insist bool // wait although the context is done
}

// key finds the innermost task or scope through contexts derived from it.
type key struct{}

// Locate finds the place of ctx without asking whose turn it is. It panics where ctx is of no task.
func Locate(ctx context.Context) Place {
	if t, ok := ctx.(*Task); ok {
		return Place{task: t}
	}
	return locateDerived(ctx)
}

func locateDerived(ctx context.Context) Place {
	if s, ok := ctx.(*Scope); ok {
		if s.over.Load() {
			s.lapse()
		}
		return Place{task: s.task, scope: s}
	}
	switch c := ctx.Value(key{}).(type) {
	case *Task:
		return Place{task: c, scope: c.scopeOf(ctx, c, nil)}
	case *Scope:
		if c.over.Load() {
			c.lapse()
		}
		return Place{task: c.task, scope: c.task.scopeOf(ctx, c, c)}
	case *Loop:
		panic("async: await outside of a task: Loop.Context is for starting tasks; await in a function given to Go")
	}
	refuseOffload(ctx)
	panic("async: await without a loop: the context comes from no task; pass on the ctx that Run or Go gives to its function")
}

// refuseOffload panics if ctx is that of a function off the loop.
func refuseOffload(ctx context.Context) {
	if _, ok := ctx.Value(key{}).(*offContext); ok {
		panic("async: await in a function that runs off the loop, whose context is no task's: await before or after it in the task, or Submit through a Portal")
	}
}

// TaskOf is the task that ctx belongs to. It panics where ctx is of no task.
func TaskOf(ctx context.Context) *Task {
	switch c := ctx.Value(key{}).(type) {
	case *Task:
		return c
	case *Scope:
		return c.task
	}
	return Locate(ctx).task
}

// Enter is Locate for an await: it panics unless ctx is that of the running task.
func Enter(ctx context.Context) Place {
	p := Locate(ctx)
	if p.task.loop.current != p.task {
		p.task.notRunning()
	}
	return p
}

func (t *Task) notRunning() {
	if t.loop.guard != nil && t.loop.Current() == t {
		return
	}
	if t.state != Pending {
		panic(fmt.Sprintf("async: the context of %s was used after its end: a task's ctx is for that task alone; use the ctx of the function you are in", t.Name()))
	}
	who := "a callback, or a goroutine that is no task"
	if c := t.loop.Current(); c != nil {
		who = c.Name()
	} else if s := t.loop.guard.stranger(); s != "" {
		who = s
	}
	panic(fmt.Sprintf("async: the context of %s was used by %s: a task's ctx is for that task alone; use the ctx of the function you are in", t.Name(), who))
}

// Task is the task that p lies in.
func (p Place) Task() *Task { return p.task }

// Insistent is p for waits that put things in order again: they are canceled by requests to come, but not by
// those that have been.
func (p Place) Insistent() Place {
	p.insist = true
	return p
}

// awaitSelf panics, a turn later, as asyncio's RuntimeError comes.
func (p Place) awaitSelf() error {
	if err := p.Yield(); err != nil {
		return err
	}
	panic("async: " + p.task.Name() + " awaits itself, which would never end: await it from another task")
}

// Yield is Enter(ctx).Yield(), with as few calls around the switch as can be: each of them returns where the processor does
// not expect it.
func Yield(ctx context.Context) error {
	t, ok := ctx.(*Task)
	if !ok || t.loop.current != t || t.alert {
		return Enter(ctx).Yield()
	}
	t.loop.ready.push(t)
	t.suspend()
	if t.alert {
		return Place{task: t}.yielded()
	}
	return nil
}

// Yield passes the baton once.
func (p Place) Yield() error {
	p.task.loop.ready.push(p.task)
	p.task.suspend()
	return p.yielded()
}

func (p Place) yielded() error {
	if p.task.alert && p.interrupted() {
		return p.reason()
	}
	return nil
}

// refuses reports whether an await in p fails without waiting, because a request was delivered before; it has then
// passed the baton once.
func (p Place) refuses() bool {
	p.pollForeign()
	if p.insist || !p.Barred() {
		return false
	}
	p.task.loop.ready.push(p.task)
	p.task.suspend()
	p.deliver()
	return true
}

// Barred reports whether the request that made p's context done was delivered before: an await in p that has to wait fails.
func (p Place) Barred() bool {
	if !p.task.alert || p.pending() {
		return false
	}
	_, asked := p.asked()
	return asked
}

// Refused is the error of an await in p that has to wait where p is barred; the baton has then been passed once. What starts
// something to await asks before it does.
func (p Place) Refused() error {
	if p.task.alert && p.refuses() {
		return p.reason()
	}
	return nil
}

// interrupted reports, and marks as delivered, that p's context is done.
func (p Place) interrupted() bool {
	p.pollForeign()
	delivered := p.deliver()
	_, asked := p.asked()
	return delivered || asked
}

// Cause is why p's context is done; nil if nobody said.
func (p Place) Cause() error {
	s, _ := p.asked()
	return p.task.causeOf(s)
}

// parking says whether a task stands in a line, and how it left.
type parking uint8

const (
	awake       parking = iota // not in a line
	asleep                     // in a line
	woken                      // by whom it waited for
	interrupted                // by a request
	passing                    // not in a line: a request is being passed on to what it waits for
	starting                   // not in a line: it runs the first step of another task within its own
)

// Park suspends until the task is woken. It returns an error if it was interrupted, be it after it was woken.
// The caller has put the task into its line, and takes it out.
func (p Place) Park(what fmt.Stringer) (woke bool, err error) {
	p.lieDown(what)
	p.task.suspend()
	return p.getUp()
}

// lieDown is what comes before the suspension of a Park.
func (p Place) lieDown(what fmt.Stringer) {
	t := p.task
	t.park, t.waiting, t.under = asleep, what, p.scope
	if t.alert {
		p.mayNotPark()
	}
}

// mayNotPark interrupts a Park that a request forbids.
func (p Place) mayNotPark() {
	if p.wontPark() {
		p.deliver()
		p.task.unpark(interrupted)
	}
}

// getUp is what comes after it.
func (p Place) getUp() (woke bool, err error) {
	t := p.task
	how := t.park
	t.waiting, t.park = nil, awake
	if t.alert && p.deliver() || how == interrupted {
		return how == woken, p.reason()
	}
	return true, nil
}

func (p Place) wontPark() bool {
	p.pollForeign()
	if p.pending() {
		return true
	}
	_, asked := p.asked()
	return asked && !p.insist
}

// Asleep reports whether t is parked, and neither woken nor interrupted.
func (t *Task) Asleep() bool { return t.park == asleep }

// Woken reports whether t is parked and was woken: its next step goes on, unless a request comes first.
func (t *Task) Woken() bool { return t.park == woken }

// Interrupted reports whether t is parked and its wait was canceled.
func (t *Task) Interrupted() bool { return t.park == interrupted }

// Wake makes a parked task ready. It reports whether it was asleep.
func (t *Task) Wake() bool { return t.unpark(woken) }

func (t *Task) unpark(how parking) bool {
	if t.park != asleep {
		return false
	}
	t.loop.guard.check("a task was woken")
	t.park = how
	t.loop.ready.push(t)
	return true
}

// Link is t's place in a line, free while t is not suspended.
func (t *Task) Link() *Link {
	if t.dead { // in the line in which it was ended
		return &Link{entry: t}
	}
	return &t.link
}

// Sleep suspends the task of ctx for d, or passes the baton once if d is not positive.
func Sleep(ctx context.Context, d time.Duration) error {
	p := Enter(ctx)
	t, l := p.task, p.task.loop
	if d <= 0 {
		return p.Yield()
	}
	l.timers.set((*sleeper)(t), after(l.Now(), d))
	p.lieDown(sleeping)
	t.suspend()
	_, err := p.getUp()
	l.timers.stop(&t.timer)
	return err
}

// after is now + d, or the end of time.
func after(now, d time.Duration) time.Duration {
	if d > forever-now {
		return forever
	}
	return now + d
}

const forever = time.Duration(1<<63 - 1)

// sleeper is a task in the heap of timers.
type sleeper Task

// Timer is the timer of the task's sleep.
func (s *sleeper) Timer() *Timer { return &s.timer }

// Fire wakes the sleeper, unless it was interrupted since it became due, and may wait for something else by now.
func (s *sleeper) Fire() {
	if s.waiting == sleeping && s.timer.seq == 0 {
		(*Task)(s).Wake()
	}
}

// Text is what a task waits for, in words.
type Text string

// String is the text.
func (t Text) String() string { return string(t) }

var sleeping fmt.Stringer = Text("a timer")

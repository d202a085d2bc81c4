package sched

import (
	"context"
	"fmt"
)

// An Awaiter is the place of an await: the task, and the innermost scope of the
// context that the await was given.
type Awaiter struct {
	task          *Task
	scope         *Scope
	ignorePending bool // wait although the context is done
}

// key finds the innermost task or scope through contexts derived from it.
type key struct{}

// Locate returns the awaiter of ctx without checking whose turn it is. It
// panics where ctx is of no task.
func Locate(ctx context.Context) Awaiter {
	if t, ok := ctx.(*Task); ok {
		return Awaiter{task: t}
	}
	return locateDerived(ctx)
}

func locateDerived(ctx context.Context) Awaiter {
	if ctx == nil {
		panic(nilContext)
	}
	if s, ok := ctx.(*Scope); ok {
		return s.place()
	}
	switch c := ctx.Value(key{}).(type) {
	case *Task:
		return Awaiter{task: c, scope: c.scopeOf(ctx, c, nil)}
	case *Scope:
		a := c.place()
		a.scope = c.task.scopeOf(ctx, c, a.scope)
		return a
	case *Loop:
		panic("async: await outside of a task: Loop.Context is for starting tasks; await in a function given to Go")
	}
	refuseOffload(ctx)
	panic("async: await without a loop: the context comes from no task; pass on the ctx that Run or Go gives to its function")
}

// place returns where awaits under s happen.
func (s *Scope) place() Awaiter {
	t := s.task
	if !t.slowPath && s.ended() != nil {
		t.slowPath = true // s was left, or what it lies in: nobody has asked t
	}
	return Awaiter{task: t, scope: s.aliased()}
}

// refuseOffload panics if ctx is that of a function off the loop.
func refuseOffload(ctx context.Context) {
	if _, ok := ctx.Value(key{}).(*offContext); ok {
		panic("async: await in a function that runs off the loop, whose context is no task's: await before or after it in the task, or Submit through a Portal")
	}
}

// TaskOf returns the task that ctx belongs to. It panics where ctx is of no
// task.
func TaskOf(ctx context.Context) *Task {
	if ctx == nil {
		panic(nilContext)
	}
	switch c := ctx.Value(key{}).(type) {
	case *Task:
		return c
	case *Scope:
		return c.task
	}
	return Locate(ctx).task
}

// Enter does what Locate does, and panics unless ctx is that of the running
// task.
func Enter(ctx context.Context) Awaiter {
	a := Locate(ctx)
	if a.task.loop.current != a.task {
		a.task.notRunning()
	}
	return a
}

// notRunning panics, unless there is a guard, which knows t to run.
func (t *Task) notRunning() {
	l := t.loop
	if l.guard != nil && l.guard.current() == t {
		return
	}
	who, instead := "a callback", "use the ctx of the function you are in"
	switch running := l.Current(); {
	case l.guard != nil && !l.guard.holds():
		who, instead = stranger(), "from goroutines of your own use a Portal"
	case !OnLoop():
		who, instead = "a goroutine that is no task", "from goroutines of your own use a Portal"
	case running != nil:
		who = running.Name()
	}
	used := "used by " + who
	if t.state != Pending {
		used = "used after its end"
	}
	panic(fmt.Sprintf("async: the context of %s was %s: a task's ctx is for that task alone; %s", t.Name(), used, instead))
}

// Task returns the task of a.
func (a Awaiter) Task() *Task { return a.task }

// IgnorePending returns a for waits that put things in order again: later
// requests cancel them, earlier ones do not.
func (a Awaiter) IgnorePending() Awaiter {
	a.ignorePending = true
	return a
}

// awaitSelf panics, a turn later, as asyncio's RuntimeError comes.
func (a Awaiter) awaitSelf() error {
	if err := a.Yield(); err != nil {
		return err
	}
	panic("async: " + a.task.Name() + " awaits itself, which would never end: await it from another task")
}

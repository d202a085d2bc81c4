package sched

import (
	"context"
	"fmt"
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
	if ctx == nil {
		panic(nilContext)
	}
	if s, ok := ctx.(*Scope); ok {
		return s.place()
	}
	switch c := ctx.Value(key{}).(type) {
	case *Task:
		return Place{task: c, scope: c.scopeOf(ctx, c, nil)}
	case *Scope:
		p := c.place()
		p.scope = c.task.scopeOf(ctx, c, p.scope)
		return p
	case *Loop:
		panic("async: await outside of a task: Loop.Context is for starting tasks; await in a function given to Go")
	}
	refuseOffload(ctx)
	panic("async: await without a loop: the context comes from no task; pass on the ctx that Run or Go gives to its function")
}

// place returns where awaits under s happen.
func (s *Scope) place() Place {
	t := s.task
	if !t.alert && s.ended() != nil {
		t.alert = true // s was left, or what it lies in: nobody has asked t
	}
	return Place{task: t, scope: s.aliased()}
}

// refuseOffload panics if ctx is that of a function off the loop.
func refuseOffload(ctx context.Context) {
	if _, ok := ctx.Value(key{}).(*offContext); ok {
		panic("async: await in a function that runs off the loop, whose context is no task's: await before or after it in the task, or Submit through a Portal")
	}
}

// TaskOf is the task that ctx belongs to. It panics where ctx is of no task.
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

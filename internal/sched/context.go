package sched

import (
	"context"
	"time"
)

// A Task and a Scope are contexts: values come from where they were made,
// everything else is their own. These methods may be called from any goroutine.
var (
	_ context.Context = (*Task)(nil)
	_ context.Context = (*Scope)(nil)
	_ context.Context = (*Loop)(nil)
)

// Deadline reports no deadline: a task has the values of where it was started,
// no more.
func (t *Task) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done returns a channel that is closed when t is asked to stop, or has ended.
func (t *Task) Done() <-chan struct{} { return t.stdContext().ctx.Done() }

// Err returns nil until t is asked to stop, or has ended.
func (t *Task) Err() error { return t.finished(nil).contextErr() }

// Value returns the value of where t was started.
func (t *Task) Value(k any) any {
	if _, ok := k.(key); ok {
		return t
	}
	if v := t.values.Value(k); v != nil {
		return v
	}
	return t.stdValue(nil, k)
}

// Deadline returns the earliest among those of s and what it ends with.
func (s *Scope) Deadline() (first time.Time, ok bool) {
	for ; s != nil && s.kind != detached; s = s.from {
		if at, has := s.deadline(); has && (!ok || at.Before(first)) {
			first, ok = at, true
		}
	}
	return first, ok
}

// deadline returns that of s alone.
func (s *Scope) deadline() (time.Time, bool) {
	if s.kind == foreign {
		return s.foreign.ctx.Deadline()
	}
	when, ok := s.Expiry()
	if !ok {
		return time.Time{}, false
	}
	return s.task.loop.clock.At(when), true
}

// Done returns a channel that is closed when s, or what it is part of, is asked
// to stop, or was left.
func (s *Scope) Done() <-chan struct{} { return s.task.doneOf(s) }

// Err returns nil until s, or what it is part of, is asked to stop, or was
// left.
func (s *Scope) Err() error { return s.task.finished(s).contextErr() }

// Value returns the value of the context that s was made in.
func (s *Scope) Value(k any) any {
	if _, ok := k.(key); ok {
		return s
	}
	if v := s.values.Value(k); v != nil {
		return v
	}
	return s.task.stdValue(s, k)
}

// Deadline reports no deadline.
func (l *Loop) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done returns nil: a loop's context is never canceled.
func (l *Loop) Done() <-chan struct{} { return nil }

// Err returns nil.
func (l *Loop) Err() error { return nil }

// Value returns the value of the context that the loop runs in.
func (l *Loop) Value(k any) any {
	if _, ok := k.(key); ok {
		return l
	}
	return l.values.Value(k)
}

// Of returns the loop that ctx belongs to. It panics where ctx belongs to none.
func Of(ctx context.Context) *Loop {
	switch c := ctx.(type) {
	case nil:
		panic(nilContext)
	case *Task:
		return c.loop
	case *Scope:
		return c.task.loop
	case *Loop:
		return c
	}
	switch c := ctx.Value(key{}).(type) {
	case *Task:
		return c.loop
	case *Scope:
		return c.task.loop
	case *Loop:
		return c
	}
	refuseOffload(ctx)
	panic("async: no loop: the context comes from no task; pass on the ctx that Run or Go gives to its function, or use Loop.Context")
}

const nilContext = "async: a nil context: pass on the ctx that Run or Go gives to its function, or give Run context.Background()"

// Running reports whether ctx belongs to a loop. It panics if ctx is nil.
func Running(ctx context.Context) bool {
	MustHaveContext(ctx)
	switch ctx.Value(key{}).(type) {
	case nil, *offContext:
		return false
	}
	return true
}

// Unrelated reports whether ctx belongs neither to a loop nor to a function off
// one.
func Unrelated(ctx context.Context) bool { return ctx.Value(key{}) == nil }

// Within reports whether a goroutine with ctx is known to hold the baton of l.
// It panics if ctx is nil.
func (l *Loop) Within(ctx context.Context) bool {
	return Running(ctx) && Of(ctx) == l || l.guard != nil && l.guard.held()
}

// valuesOf returns what a task started with ctx sees of it: its values.
func valuesOf(ctx context.Context) context.Context {
	switch c := ctx.(type) {
	case *Task:
		return c.values
	case *Scope:
		return c.values
	case *Loop:
		return c.values
	case *ValuesIn:
		return c.Context
	}
	if ctx == context.Background() {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// MustHaveContext panics for a nil context.
func MustHaveContext(ctx context.Context) {
	if ctx == nil {
		panic(nilContext)
	}
}

package sched

import (
	"context"
	"time"
)

// A context is foreign when its Done is not that of one of ours: somebody derived it. The loop cannot be told of its end in
// an order that is the same on every run, so it looks: in each iteration, and before it idles or jumps in time, at
// every foreign context that a task is suspended under.

// scopeOf is the innermost scope of a context derived from inner, a task or scope of ours whose scope is outer.
func (t *Task) scopeOf(ctx, inner context.Context, outer *Scope) *Scope {
	done := ctx.Done()
	switch {
	case done == nil:
		return beyond
	case done == inner.Done():
		return outer
	}
	return t.foreignScope(ctx, done, outer)
}

// foreignScope is the scope that stands for a foreign context, the same one for each await under it.
func (t *Task) foreignScope(ctx context.Context, done <-chan struct{}, outer *Scope) *Scope {
	l := t.loop
	known := &t.uncommon().foreign
	for _, s := range *known {
		if s.done == done {
			return s
		}
	}
	if at, ok := ctx.Deadline(); ok && l.clock.Virtual() && !sameDeadline(at, outer) {
		panic("async: a context of the standard library with a deadline runs by the wall clock, but this loop's time is virtual: use async.WithTimeout or async.WithDeadline")
	}
	t.alert = true
	s := &Scope{task: t, outer: outer, parent: ctx, values: ctx, kind: foreign, done: done}
	s.when.Store(int64(noDeadline))
	s.stop = context.AfterFunc(ctx, l.Rouse)
	t.pollKnown()
	if by, ok := (Place{task: t, scope: outer}).asked(); ok {
		s.compare(by)
	}
	*known = append(prune(*known), s)
	return s
}

// pollKnown looks at all foreign contexts of t, so that what ended before a request is told from what ends with it.
func (t *Task) pollKnown() {
	for _, s := range t.rare.foreign {
		t.pollAround(s)
	}
}

// compare finds out whether a foreign context has ended with by, a scope around it that was asked. If so, its end is but the echo
// of that request. If not, as under context.WithoutCancel, it will end apart, and hides what is around it.
func (s *Scope) compare(by *Scope) {
	c := chain{scope: by}
	if s.parent.Err() == by.requestError() {
		s.last.Store(c.last(s.task))
	} else {
		s.apart.Store(true)
	}
}

// tellApart compares the foreign contexts in s, nil for the task's own scope, with the request of s.
func (t *Task) tellApart(s *Scope) {
	for _, f := range t.rare.foreign {
		if f.last.Load() == 0 && f != s && f.within(s) {
			f.compare(s)
		}
	}
}

// within reports whether s lies in outer, nil for the task's own scope.
func (s *Scope) within(outer *Scope) bool {
	for ; s != nil && s.kind != detached; s = s.outer {
		if s == outer {
			return true
		}
	}
	return s == outer
}

// sameDeadline reports whether a foreign context has its deadline from the scope of ours it was derived from.
func sameDeadline(at time.Time, outer *Scope) bool {
	if outer == nil {
		return false
	}
	own, ok := outer.Deadline()
	return ok && own.Equal(at)
}

// memory is how many foreign contexts that are done a task remembers.
const memory = 8

// prune forgets the oldest of the contexts that are done, as far as that was seen, when there are many.
func prune(known []*Scope) []*Scope {
	if len(known) < memory {
		return known
	}
	for i, s := range known {
		if s.last.Load() != 0 {
			return append(known[:i], known[i+1:]...)
		}
	}
	return known
}

// dropForeign ends the watch over the contexts that t awaited under.
func (t *Task) dropForeign() {
	for _, s := range t.rare.foreign {
		s.stop()
	}
	t.rare.foreign = nil
}

// live reports whether a foreign context is not done.
func (s *Scope) live() bool { return s.last.Load() == 0 && s.parent.Err() == nil }

// pollForeign looks at the foreign contexts around p, and makes requests of those that have ended.
func (p Place) pollForeign() { p.task.pollAround(p.scope) }

// pollAround polls from the outside in, for what ends with what is around it has no request of its own.
func (t *Task) pollAround(s *Scope) {
	if s == nil {
		return
	}
	t.pollAround(s.outer)
	if s.unnoticed() {
		t.ask(s, foreignCause(s.parent))
	}
}

// unnoticed reports whether s is a foreign context that has ended without the loop having seen it.
func (s *Scope) unnoticed() bool {
	return s.kind == foreign && s.last.Load() == 0 && s.parent.Err() != nil
}

// pollForeign looks at the foreign contexts that tasks are suspended under.
func (l *Loop) pollForeign() {
	for k := l.foreign.First(); k != nil; k = l.foreign.After(k) {
		if t := k.entry.(*Task); t.waiting != nil {
			t.pollAround(t.under)
		}
	}
}

// isForeign reports whether a foreign context that is not done lies around s.
func (s *Scope) isForeign() bool {
	for ; s != nil; s = s.outer {
		if s.kind == foreign && s.last.Load() == 0 {
			return true
		}
	}
	return false
}

// watch begins the poll for t, and unwatch ends it.
func (l *Loop) watch(t *Task) {
	t.rare.watch.entry = t
	l.foreign.Push(&t.rare.watch)
}

func (l *Loop) unwatch(t *Task) {
	if t.rare != nil {
		l.foreign.Remove(&t.rare.watch)
	}
}

package sched

import (
	"context"
	"slices"
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
	*known = append(prune(*known), s)
	return s
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

// prune forgets the oldest of the contexts that are done, when there are many.
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

// pollForeign looks at the foreign contexts around p, outermost last, and makes requests of those that have ended.
func (p Place) pollForeign() {
	for s := p.scope; s != nil; s = s.outer {
		if s.kind == foreign && s.last.Load() == 0 && s.parent.Err() != nil {
			p.task.noteForeign(s)
		}
	}
}

// noteForeign makes the end of a foreign context a request, unless it is but the echo of one that was made already.
func (t *Task) noteForeign(s *Scope) {
	if by, ok := (Place{task: t, scope: s.outer}).asked(); ok {
		c := chain{scope: by}
		s.last.Store(c.last(t))
		return
	}
	t.request(s, context.Cause(s.parent))
}

// pollForeign looks at the foreign contexts that tasks are suspended under.
func (l *Loop) pollForeign() {
	for _, t := range l.foreign {
		if t.waiting != nil {
			(Place{task: t, scope: t.under}).pollForeign()
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

// unwatch ends the poll for t.
func (l *Loop) unwatch(t *Task) {
	if i := slices.Index(l.foreign, t); i >= 0 {
		l.foreign = slices.Delete(l.foreign, i, i+1)
	}
}

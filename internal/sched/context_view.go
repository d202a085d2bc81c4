package sched

import "context"

// A context that has ended stays so. What an Uncancel returns is another one,
// that ends with what may still come: a view. Of the scopes that an ended
// context lies in
//
//   - one that is live ends its view as it ends itself,
//   - one that is not ends its view when it is asked to stop itself, or left,
//   - and so does the task when it is asked again.
//
// A scope has one live view at a time, which all its Uncancels share, so that
// nothing grows with their number.

// Uncancel acknowledges all requests that made ctx done. It returns a context
// with ctx's values and its later requests.
func Uncancel(ctx context.Context) context.Context {
	a := Locate(ctx)
	t := a.task
	t.loop.guard.check("Uncancel was called")
	a.pollForeign()
	a.deliver()
	a.acknowledge()
	if t.endedIn(a.scope) == nil {
		return ctx
	}
	values := inherit(ctx)
	s := t.live(a.scope, values)
	if s != nil && s.values == values {
		return s
	}
	view := &Scope{task: t, outer: s, from: s, kind: alias, values: values}
	view.when.Store(int64(noDeadline))
	return view
}

// acknowledge takes the requests that made a's context done out of what
// Canceling counts.
func (a Awaiter) acknowledge() {
	a.task.requests = 0
	if a.task.extras != nil {
		a.task.extras.failed = 0
	}
	for s := range a.task.reach(a.scope) {
		if s != nil {
			s.uncount()
		}
	}
}

// live returns what ends with what may still come to the context of s, nil for
// t's own: a scope that has not ended, be it s or a view.
func (t *Task) live(s *Scope, values context.Context) *Scope {
	for t.endedIn(s) != nil && s != nil && (s.closed || s.kind >= view) {
		s = s.outside() // nothing more can come from s itself
	}
	if t.endedIn(s) == nil {
		return s
	}
	cache := t.viewOf(s)
	if v := *cache; v != nil && v.ended() == nil {
		return v
	}
	v := &Scope{task: t, outer: s, from: detachedScope, kind: view, values: values}
	v.when.Store(int64(noDeadline))
	if s != nil {
		v.from = t.live(s.outer, values)
	}
	if s == nil && t.state != Pending {
		v.ctx.record(plainEnd)
	}
	*cache = v
	return v
}

// viewOf returns where the live view of s, nil for t's own scope, is kept.
func (t *Task) viewOf(s *Scope) **Scope {
	if s != nil {
		return &s.view
	}
	return &t.needExtras().view
}

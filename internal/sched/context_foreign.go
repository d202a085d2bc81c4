package sched

import (
	"context"
	"sync/atomic"
	"time"
)

// A context is foreign when its Done is not that of one of ours: somebody
// derived it. It is a scope, whose end asks what runs in it to stop.
//
// The loop cannot be told of that end in an order that is the same on every
// run: the telling comes from another goroutine. So it looks, in its own order:
// at what lies around an await when that begins, and at all foreign contexts
// that tasks are suspended under
//
//   - before it idles or lets virtual time pass,
//   - and else once it has run lookEvery times as many entries as tasks are
//     suspended so, or in each iteration where they are few.
//
// Which iteration that is depends on nothing but the course of the loop, and a
// look costs an entry no more than a few nanoseconds, however many contexts
// there are. What was tried: marks that an AfterFunc leaves come in an
// iteration that depends on the Go scheduler, even where a task of the loop has
// ended the context.
type foreignContext struct {
	scope Scope
	ctx   context.Context
	done  <-chan struct{}
	stop  func() bool // ends its AfterFunc
	made  *Scope      // what it was derived in, nil for the task's own scope

	// outer is what the scope lies in. It moves outwards past scopes that
	// end while the context goes on: it is detached from them.
	outer atomic.Pointer[Scope]

	noticed bool // the loop has seen its end
}

const (
	fewForeign = 8 // tasks under foreign contexts are looked at in each iteration
	lookEvery  = 8 // entries to a look: one is some cache misses, and most entries are less
)

// scopeOf returns the innermost scope of a context derived from inner, a task
// or scope of ours in outer.
func (t *Task) scopeOf(ctx, inner context.Context, outer *Scope) *Scope {
	done := ctx.Done()
	switch {
	case done == nil:
		return detachedScope
	case done == inner.Done():
		return outer
	}
	return t.foreignScope(ctx, done, outer)
}

// foreignScope returns the scope that stands for a foreign context, the same
// one for each await under it.
func (t *Task) foreignScope(ctx context.Context, done <-chan struct{}, outer *Scope) *Scope {
	known := &t.needExtras().foreign
	for _, f := range *known {
		if f.done == done && (done != doneBefore || f.made == outer && f.scope.ended().equals(endOf(ctx))) {
			return &f.scope
		}
	}
	if at, ok := ctx.Deadline(); ok && t.loop.clock.Virtual() && !sameDeadline(at, outer) {
		panic("async: a context of the standard library with a deadline runs by the wall clock, but this loop's time is virtual: use async.WithTimeout or async.WithDeadline")
	}
	t.slowPath = true
	f := &foreignContext{ctx: ctx, done: done, made: outer}
	f.scope = Scope{task: t, values: ctx, kind: foreign, foreign: f}
	f.outer.Store(outer)
	f.detach()
	f.stop = context.AfterFunc(ctx, t.loop.Rouse)
	t.noticeAll()
	f.noticed = f.isEcho()
	*known = append(prune(*known), f)
	return &f.scope
}

// doneBefore is the Done channel of all contexts of the standard library that
// were ended before anybody asked them for one.
var doneBefore = func() <-chan struct{} {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx.Done()
}()

// sameDeadline reports whether a foreign context has its deadline from the
// scope of ours it was derived from.
func sameDeadline(at time.Time, outer *Scope) bool {
	if outer == nil {
		return false
	}
	own, ok := outer.Deadline()
	return ok && own.Equal(at)
}

// look returns how f has ended, nil if it has not. Where it has the end of what
// it lies in it returns that one.
func (f *foreignContext) look() *ending {
	outer := f.scope.task.finished(f.outer.Load())
	e := endOf(f.ctx)
	if e != nil && outer != nil && outer.equals(e) {
		return outer
	}
	return e
}

// isEcho reports whether f has ended with what it lies in, which is a request
// of that alone.
func (f *foreignContext) isEcho() bool {
	e := f.scope.ended()
	return e != nil && e == f.scope.task.endedIn(f.outer.Load())
}

// detach moves a context that goes on out of the scopes that have ended. So
// what it is detached from, by context.WithoutCancel or otherwise, is found out
// when that ends: package context tells nobody what a context was derived from.
func (f *foreignContext) detach() {
	t := f.scope.task
	for o := f.outer.Load(); t.finished(o) != nil && f.ctx.Err() == nil; o = f.outer.Load() {
		if o == nil {
			f.outer.Store(detachedScope)
		} else {
			f.outer.Store(o.outside())
		}
	}
}

// detachForeign does what detach does, for all that t knows, after a scope of t
// has ended.
func (t *Task) detachForeign() {
	if t.extras == nil {
		return
	}
	for _, f := range t.extras.foreign {
		f.detach()
	}
}

// memory is how many foreign contexts that are done a task remembers.
const memory = 8

// prune forgets the oldest of the contexts whose end was noticed, when there
// are many.
func prune(known []*foreignContext) []*foreignContext {
	if len(known) < memory {
		return known
	}
	for i, f := range known {
		if f.noticed {
			return append(known[:i], known[i+1:]...)
		}
	}
	return known
}

// dropForeign ends what t knows of foreign contexts, at its end.
func (t *Task) dropForeign() {
	if t.extras == nil {
		return
	}
	for _, f := range t.extras.foreign {
		f.stop()
	}
	t.extras.foreign = nil
}

// pollForeign looks at the foreign contexts around a, and makes requests of
// those that have ended.
func (a Awaiter) pollForeign() { a.task.noticeAround(a.scope) }

// noticeAround looks from the outside in, for what ends with what is around it
// has no request of its own.
func (t *Task) noticeAround(s *Scope) {
	if s == nil || s.kind == detached {
		return
	}
	t.noticeAround(s.outside())
	if s.kind == foreign {
		s.foreign.notice()
	}
}

// noticeAll looks at all foreign contexts that t knows, so that what has ended
// before a request is told from what ends with it.
func (t *Task) noticeAll() {
	if t.extras == nil {
		return
	}
	for _, f := range t.extras.foreign {
		t.noticeAround(&f.scope)
	}
}

// notice makes a request of f's end, once.
func (f *foreignContext) notice() {
	t, e := f.scope.task, f.scope.ended()
	if f.noticed || e == nil {
		return
	}
	f.noticed = true
	if f.isEcho() {
		f.scope.ctx.finish(t.loop, e)
		return
	}
	f.scope.requested = true
	t.apply(&f.scope, e)
}

// lookAtForeign looks at the foreign contexts that tasks are suspended under,
// if it is time to, or if the loop would idle otherwise. It reports whether it
// has.
func (l *Loop) lookAtForeign(idle bool) bool {
	if !idle && l.unlooked < lookEvery*(l.suspended-fewForeign) {
		return false
	}
	l.unlooked = 0
	for k := l.foreign.First(); k != nil; k = l.foreign.After(k) {
		if t := k.entry.(*Task); t.waiting != nil {
			t.noticeAround(t.under)
		}
	}
	return true
}

// isForeign reports whether a foreign context lies around s whose end may yet
// be noticed.
func (s *Scope) isForeign() bool {
	for ; s != nil && s.kind != detached; s = s.outside() {
		if s.kind == foreign && !s.foreign.noticed {
			return true
		}
	}
	return false
}

// watch begins the looks for t, and unwatch ends them.
func (l *Loop) watch(t *Task) {
	t.extras.watch.entry = t
	l.foreign.Push(&t.extras.watch)
	l.suspended++
}

func (l *Loop) unwatch(t *Task) {
	if t.extras != nil && l.foreign.Remove(&t.extras.watch) {
		l.suspended--
	}
}

package sched

import (
	"context"
	"sync"
	"sync/atomic"
)

// A stdContext is what the standard library sees of a context of ours: one of
// its own kind, made when somebody asks for Done.
//
// Done, and Value for the keys we do not know, are its answers, so that a
// context derived from ours finds a standard one by the key that only package
// context knows, and needs no goroutine to follow it.
//
// They form a tree as package context's do, so that the end of one ends those
// inside in one go. Contexts of others have a node in it, without a ctx.
type stdContext struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	base   base
	state  *contextState // of whom; nil for one that is in no tree

	closed atomic.Bool // written under the loop's lock of contexts, as all below
	parent *stdContext
	first  *stdContext // of those inside
	next   *stdContext // beside it
	prev   *stdContext
	stop   func() bool // ends its AfterFunc on the context of others around it
}

// contexts is the lock of the trees of a loop's standard contexts. Nothing that
// users wrote is called while it is held.
type contexts struct{ sync.Mutex }

// base is the context under a standard one. It has no values, and ends when we
// say so with the error we say, which no CancelCauseFunc does.
type base struct {
	context.Context
	done chan struct{}
	err  error
	why  context.Context // has ended with the cause, where that is not err
	end  func()
}

// Done returns a channel that is closed when the base has ended.
func (b *base) Done() <-chan struct{} { return b.done }

// Err returns the error it has ended with.
func (b *base) Err() error { return b.err }

// Value gives package context the cause by the key that only it knows.
func (b *base) Value(k any) any {
	if b.why == nil {
		return nil
	}
	return b.why.Value(k)
}

// AfterFunc lets package context learn of the end without a goroutine.
func (b *base) AfterFunc(f func()) (stop func() bool) {
	b.end = f
	return func() bool { return false }
}

// newStdContext returns a context that ends with conclude.
func newStdContext() *stdContext {
	d := new(stdContext)
	d.base = base{Context: context.Background(), done: make(chan struct{})}
	d.ctx, d.cancel = context.WithCancelCause(&d.base)
	_ = d.ctx.Done() // so that it is not doneBefore, which other contexts have too
	return d
}

// conclude ends the context as e says. It is called once.
func (d *stdContext) conclude(e *ending) {
	if !e.timedOut() {
		d.cancel(e.cause)
		return
	}
	if cause := e.contextCause(); cause != e.err {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(cause)
		d.base.why = ctx
	}
	d.base.err = e.err
	close(d.base.done)
	d.base.end()
}

// closedStd returns the standard context of all that end with e before anybody
// has asked them for Done.
func (e *ending) closedStd() *stdContext {
	if d := e.std.Load(); d != nil {
		return d
	}
	d := newStdContext()
	d.conclude(e)
	d.closed.Store(true)
	if !e.std.CompareAndSwap(nil, d) {
		return e.std.Load()
	}
	return d
}

// closeIn ends d, and what lies in it, with e.
func (d *stdContext) closeIn(l *Loop, e *ending) {
	l.contexts.Lock()
	d.close(e)
	stop := d.stop
	l.contexts.Unlock()
	if stop != nil {
		stop()
	}
}

// close ends d, and what lies in it, with e. The contexts are locked.
func (d *stdContext) close(e *ending) {
	if d.closed.Load() {
		return
	}
	if d.ctx != nil {
		d.conclude(e)
	}
	d.closed.Store(true)
	d.unlink()
	for c := d.first; c != nil; c = d.first {
		c.unlink()
		c.close(c.state.record(e))
	}
}

// add lets c end with d. The contexts are locked.
func (d *stdContext) add(c *stdContext) {
	if d.closed.Load() {
		return // c will find that its end is recorded
	}
	c.parent, c.next = d, d.first
	if d.first != nil {
		d.first.prev = c
	}
	d.first = c
}

// unlink takes d out of what it lies in. The contexts are locked.
func (d *stdContext) unlink() {
	switch {
	case d.parent == nil:
		return
	case d.prev != nil:
		d.prev.next = d.next
	default:
		d.parent.first = d.next
	}
	if d.next != nil {
		d.next.prev = d.prev
	}
	d.parent, d.next, d.prev = nil, nil, nil
}

// stdContext returns what the standard library sees of t, made now if need be.
func (t *Task) stdContext() *stdContext {
	if d := t.ctx.std.Load(); d != nil {
		return d
	}
	if e := t.ended(); e != nil {
		return t.ctx.publish(t.loop, e.closedStd(), nil)
	}
	d := t.ctx.publish(t.loop, newStdContext(), nil)
	if e := t.ended(); e != nil {
		t.ctx.finish(t.loop, e)
	}
	return d
}

// stdContext returns what the standard library sees of s, made now if need be.
func (s *Scope) stdContext() *stdContext {
	if d := s.ctx.std.Load(); d != nil {
		return d
	}
	l := s.task.loop
	if e := s.ended(); e != nil && s.kind != foreign {
		return s.ctx.publish(l, e.closedStd(), nil)
	}
	fresh := new(stdContext)
	if s.kind != foreign {
		fresh = newStdContext()
	}
	d := s.ctx.publish(l, fresh, s.parentStd())
	if d == fresh && s.from != nil && s.from.kind == foreign {
		s.follow(d, s.from.foreign.ctx)
	}
	if e := s.ended(); e != nil { // since it was looked at above
		s.ctx.finish(l, e)
	}
	return d
}

// parentStd returns what the standard context of s ends with, nil if nothing.
func (s *Scope) parentStd() *stdContext {
	switch {
	case s.kind == foreign || s.from == detachedScope:
		return nil
	case s.from == nil:
		return s.task.stdContext()
	}
	return s.from.stdContext()
}

// publish makes d the standard context of c, which ends with parent, unless
// there is one. It returns the one there is.
func (c *contextState) publish(l *Loop, d, parent *stdContext) *stdContext {
	l.contexts.Lock()
	defer l.contexts.Unlock()
	if !c.std.CompareAndSwap(nil, d) {
		return c.std.Load()
	}
	if d.closed.Load() {
		return d
	}
	d.state = c
	if parent != nil {
		parent.add(d)
	}
	return d
}

// follow lets d end with ctx, a context of others that s lies in, also while
// the loop does not look.
func (s *Scope) follow(d *stdContext, ctx context.Context) {
	l := s.task.loop
	stop := context.AfterFunc(ctx, func() {
		if e := s.ended(); e != nil {
			s.ctx.finish(l, e)
		}
	})
	l.contexts.Lock()
	d.stop = stop
	closed := d.closed.Load()
	l.contexts.Unlock()
	if closed {
		stop()
	}
}

// doneOf returns the Done channel of s, nil for t's own scope.
func (t *Task) doneOf(s *Scope) <-chan struct{} {
	switch s = s.aliased(); {
	case s == nil:
		return t.stdContext().ctx.Done()
	case s.kind == foreign:
		return s.foreign.done
	case s.kind == detached:
		return nil
	}
	return s.stdContext().ctx.Done()
}

// stdValue returns what package context keeps under k in the context of s, nil
// for t's own scope. An end that is recorded shows there.
func (t *Task) stdValue(s *Scope, k any) any {
	s = s.aliased()
	e := t.endedIn(s)
	switch {
	case s == nil:
		return t.ctx.stdValue(t.loop, e, t.stdContext, k)
	case s.kind == foreign:
		return s.foreign.ctx.Value(k)
	case s.kind == detached:
		return nil
	}
	return s.ctx.stdValue(t.loop, e, s.stdContext, k)
}

func (c *contextState) stdValue(l *Loop, e *ending, std func() *stdContext, k any) any {
	if e == nil && c.std.Load() == nil {
		return nil
	}
	d := std()
	if e != nil {
		c.finish(l, e)
	}
	return d.ctx.Value(k)
}

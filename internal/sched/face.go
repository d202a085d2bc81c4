package sched

import (
	"context"
	"sync"
)

// A face is what the standard library sees of a task or a scope: a standard context, made when somebody asks for Done.
//
// Done, and Value for the keys we do not know, are its answers, so that a context derived from ours finds a standard
// one by the key that only package context knows, and needs no goroutine to follow it.
type face struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	base   *base
	cause  error    // why the task was asked to stop last; only in a task's face
	scopes []*Scope // that have faces; only in a task's face
}

// faces guards what other goroutines may touch of tasks and scopes: their faces and causes.
type faces struct{ sync.Mutex }

// base is the context under a face. It has the values of whatever ours was made in, and ends when we say so, with
// the error we say.
type base struct {
	context.Context
	done chan struct{}
	err  error
	end  func()
}

func (b *base) Done() <-chan struct{} { return b.done }
func (b *base) Err() error            { return b.err }

// AfterFunc is how package context learns of the end of a context that is not its own, without a goroutine.
func (b *base) AfterFunc(f func()) (stop func() bool) {
	b.end = f
	return func() bool { return false }
}

func newFace(values context.Context) *face {
	f := &face{base: &base{Context: values, done: make(chan struct{})}}
	f.ctx, f.cancel = context.WithCancelCause(f.base)
	return f
}

// finish ends the face as err says.
func (f *face) finish(err, cause error) {
	if f.ctx == nil {
		return
	}
	if err == context.DeadlineExceeded && (cause == nil || cause == ErrTimeout) {
		f.base.err = err
		close(f.base.done)
		f.base.end()
	}
	f.cancel(cause)
}

// faceOf is the face of s, nil for the task's own, made now if need be.
func (t *Task) faceOf(s *Scope) *face {
	if s == nil {
		return t.showSelf()
	}
	f, fresh := t.showScope(s)
	if fresh {
		s.follow(f)
	}
	return f
}

func (t *Task) showSelf() *face {
	t.loop.faces.Lock()
	defer t.loop.faces.Unlock()
	own := t.ownFace()
	if own.ctx == nil {
		fresh := newFace(t.values)
		own.ctx, own.cancel, own.base = fresh.ctx, fresh.cancel, fresh.base
		own.conclude(t.Err(), own.cause)
	}
	return own
}

func (t *Task) showScope(s *Scope) (f *face, fresh bool) {
	t.loop.faces.Lock()
	defer t.loop.faces.Unlock()
	if f := s.face.Load(); f != nil {
		return f, false
	}
	own := t.ownFace()
	f = newFace(s.values)
	s.face.Store(f)
	own.scopes = append(own.scopes, s)
	f.conclude(s.Err(), t.lockedCause(s))
	return f, true
}

// conclude finishes the face if there is an error.
func (f *face) conclude(err, cause error) {
	if err != nil && f.ctx.Err() == nil {
		f.finish(err, cause)
	}
}

// ownFace is the record of the task, which may not show a context yet.
func (t *Task) ownFace() *face {
	f := t.face.Load()
	if f == nil {
		f = new(face)
		t.face.Store(f)
	}
	return f
}

// follow lets the face of s end with the context of others that s lies in.
func (s *Scope) follow(f *face) {
	for o := s; o != nil && o.kind != view && o.kind != detached; o = o.outer {
		if o.kind == foreign {
			ctx := o.parent
			stop := context.AfterFunc(ctx, func() { f.conclude(ctx.Err(), context.Cause(ctx)) })
			context.AfterFunc(f.ctx, func() { stop() })
			return
		}
	}
}

// noteCause keeps why s, nil for the task's own scope, was asked to stop, and shows the request to the standard library.
func (t *Task) noteCause(s *Scope, cause error) {
	if s == nil && cause == nil && t.face.Load() == nil {
		return
	}
	t.loop.faces.Lock()
	defer t.loop.faces.Unlock()
	if s != nil {
		s.cause = cause
	} else {
		t.ownFace().cause = cause
	}
	t.showRequest()
}

// showRequest ends the faces of all scopes that are done.
func (t *Task) showRequest() {
	own := t.face.Load()
	if own == nil {
		return
	}
	if own.ctx != nil {
		own.conclude(t.Err(), own.cause)
	}
	for _, s := range own.scopes {
		s.face.Load().conclude(s.Err(), t.lockedCause(s))
	}
}

// causeOf is why s, nil for the task's own scope, was asked to stop.
func (t *Task) causeOf(s *Scope) error {
	t.loop.faces.Lock()
	defer t.loop.faces.Unlock()
	if s != nil {
		return s.cause
	}
	if own := t.face.Load(); own != nil {
		return own.cause
	}
	return nil
}

// lockedCause is why what runs in s is asked to stop.
func (t *Task) lockedCause(s *Scope) error {
	by, ok := (Place{task: t, scope: s}).asked()
	switch {
	case !ok:
		return nil
	case by == nil:
		return t.ownFace().cause
	case by.kind == foreign:
		return context.Cause(by.parent)
	}
	return by.cause
}

// closeFace ends the face of a task that has ended.
func (t *Task) closeFace() {
	t.asks.CompareAndSwap(0, ^uint32(0))
	if t.face.Load() == nil {
		return
	}
	t.loop.faces.Lock()
	defer t.loop.faces.Unlock()
	t.showRequest()
}

// closeScopeFace ends the face of a scope that was left.
func (t *Task) closeScopeFace(s *Scope) {
	if s.face.Load() == nil {
		return
	}
	t.loop.faces.Lock()
	defer t.loop.faces.Unlock()
	s.face.Load().conclude(context.Canceled, nil)
	own := t.face.Load()
	for i, other := range own.scopes {
		if other == s {
			own.scopes = append(own.scopes[:i], own.scopes[i+1:]...)
			return
		}
	}
}

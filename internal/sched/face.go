package sched

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// A face is what the standard library sees of a task or a scope: a standard context, made when somebody asks for Done.
//
// Done, and Value for the keys we do not know, are its answers, so that a context derived from ours finds a standard
// one by the key that only package context knows, and needs no goroutine to follow it.
type face struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	base   *base
	shown  atomic.Bool // ctx is there; a task's face may be but a record of what follows
	cause  error       // why the task was asked to stop last; only in a task's face
	scopes []*Scope    // that have faces, and are not done; only in a task's face
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
	why  atomic.Pointer[context.Context] // a context that has ended with the cause, where that is not err
}

func (b *base) Done() <-chan struct{} { return b.done }
func (b *base) Err() error            { return b.err }

// Value gives package context the cause by the key that only it knows.
func (b *base) Value(k any) any {
	if why := b.why.Load(); why != nil {
		if v := (*why).Value(k); v != nil {
			return v
		}
	}
	return b.Context.Value(k)
}

// AfterFunc is how package context learns of the end of a context that is not its own, without a goroutine.
func (b *base) AfterFunc(f func()) (stop func() bool) {
	b.end = f
	return func() bool { return false }
}

// conclude ends the face as err says, if it does. The faces are locked.
func (f *face) conclude(err, cause error) {
	if err == nil || !f.shown.Load() || f.ctx.Err() != nil {
		return
	}
	if err == context.DeadlineExceeded {
		f.base.expire(cause)
	}
	f.cancel(cause)
}

// expire ends the base, and with it the face, with an error that no CancelCauseFunc gives.
func (b *base) expire(cause error) {
	if cause != nil && cause != ErrTimeout && cause != context.DeadlineExceeded {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(cause)
		b.why.Store(&ctx)
	}
	b.err = context.DeadlineExceeded
	close(b.done)
	b.end()
}

// faceOf is the face of s, nil for the task's own, made now if need be.
func (t *Task) faceOf(s *Scope) *face {
	if s == nil {
		return t.showSelf()
	}
	if f := s.face.Load(); f != nil && (f.ctx.Err() != nil || s.Err() == nil) {
		return f
	}
	return t.showScope(s)
}

func (t *Task) showSelf() *face {
	if f := t.face.Load(); f != nil && f.shown.Load() {
		return f
	}
	t.loop.faces.Lock()
	defer t.loop.faces.Unlock()
	own := t.ownFace()
	if !own.shown.Load() {
		own.show(t.values)
		own.conclude(t.Err(), own.cause)
	}
	return own
}

func (t *Task) showScope(s *Scope) *face {
	s.noteEnd()
	f, fresh := t.lockedShow(s)
	if fresh {
		s.follow(f)
	}
	return f
}

func (t *Task) lockedShow(s *Scope) (f *face, fresh bool) {
	t.loop.faces.Lock()
	defer t.loop.faces.Unlock()
	f = s.face.Load()
	if f == nil {
		f, fresh = new(face), true
		f.show(s.values)
		s.face.Store(f)
		own := t.ownFace()
		own.scopes = append(own.scopes, s)
	}
	t.concludeScope(s)
	return f, fresh
}

// concludeScope ends the face of s if s is done. It leaves that to follow where a foreign context has ended since noteEnd.
func (t *Task) concludeScope(s *Scope) {
	if by := s.unnoticedEnd(); by == nil || by.cause != nil {
		s.face.Load().conclude(s.Err(), t.lockedCause(s))
	}
}

// show makes the context of a face.
func (f *face) show(values context.Context) {
	f.base = &base{Context: values, done: make(chan struct{})}
	f.ctx, f.cancel = context.WithCancelCause(f.base)
	f.shown.Store(true)
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
	for c := (chain{scope: s}); c.next() && c.scope != nil; {
		if o := c.scope; o.kind == foreign && o.last.Load() == 0 {
			stop := context.AfterFunc(o.parent, func() { s.task.showScope(s) })
			context.AfterFunc(f.ctx, func() { stop() })
			return
		}
	}
}

// unnoticedEnd is the foreign context around s that has made it done without the loop having seen it; nil if there is none.
func (s *Scope) unnoticedEnd() *Scope {
	if _, asked := (Place{task: s.task, scope: s}).asked(); asked {
		return nil
	}
	for c := (chain{scope: s}); c.next() && c.scope != nil; {
		if c.scope.unnoticed() {
			return c.scope
		}
	}
	return nil
}

// noteEnd keeps the cause of such a context. It is not to be asked for while the faces are locked, for its Value may be one of ours.
func (s *Scope) noteEnd() {
	by := s.unnoticedEnd()
	if by == nil {
		return
	}
	cause := context.Cause(by.parent)
	s.task.loop.faces.Lock()
	defer s.task.loop.faces.Unlock()
	if by.last.Load() == 0 { // the loop has not seen it since
		by.cause = cause
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
	own.conclude(t.Err(), own.cause)
	for _, s := range own.scopes {
		t.concludeScope(s)
	}
	own.scopes = slices.DeleteFunc(own.scopes, func(s *Scope) bool { return s.face.Load().ctx.Err() != nil })
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
	if !ok {
		by = s.unnoticedEnd()
		ok = by != nil
	}
	switch {
	case !ok:
		return nil
	case by == nil:
		return t.ownFace().cause
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
	own.scopes = slices.DeleteFunc(own.scopes, func(other *Scope) bool { return other == s })
}

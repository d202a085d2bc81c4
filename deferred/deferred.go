package deferred

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/gobaton/async"
)

// ErrAlreadyCalled is returned when a Deferred is fired a second time;
// Twisted's AlreadyCalledError.
var ErrAlreadyCalled = errors.New("deferred: the Deferred was fired before: fire each one once")

// A Deferred is a result that is not there yet, and the chain of callbacks that
// the result will go through; Twisted's Deferred. [New] makes one.
type Deferred[T any] struct {
	loop *async.Loop

	value T
	err   error

	fired     bool // the result has come
	running   bool // a link of the chain runs
	ignoreOne bool // it was canceled without a canceller: one result to come is dropped

	links     []link[T]
	canceller func(*Deferred[T])
	source    canceler // the Deferred that will fire this one
	unhandled *async.Future[async.Void]
}

// A link is one step of a chain.
type link[T any] struct {
	name string
	run  func(value T, err error) (T, error)
}

// A canceler is a Deferred of some type.
type canceler interface {
	Cancel()
	String() string
}

// New returns a Deferred of ctx's loop that has not been fired.
func New[T any](ctx context.Context) *Deferred[T] {
	return &Deferred[T]{loop: async.RunningLoop(ctx)}
}

// Succeed returns a Deferred that was fired with a value; Twisted's succeed.
func Succeed[T any](ctx context.Context, value T) *Deferred[T] {
	d := New[T](ctx)
	d.fire(value, nil)
	return d
}

// Fail returns a Deferred that was fired with an error; Twisted's fail.
func Fail[T any](ctx context.Context, err error) *Deferred[T] {
	mustBeError(err)
	d := New[T](ctx)
	var zero T
	d.fire(zero, err)
	return d
}

// Callback fires d with a value, which goes down the chain before Callback
// returns. It returns [ErrAlreadyCalled] if d was fired before. After a Cancel
// of a Deferred without a canceller one call is ignored, as nothing could tell
// its caller that the result is no longer wanted.
func (d *Deferred[T]) Callback(value T) error { return d.fireOnce(value, nil) }

// Errback does what [Deferred.Callback] does, for an error. It panics if err is
// nil.
func (d *Deferred[T]) Errback(err error) error {
	mustBeError(err)
	var zero T
	return d.fireOnce(zero, err)
}

func mustBeError(err error) {
	if err == nil {
		panic("deferred: an errback without an error: give it the error, or fire the Deferred with Callback")
	}
}

// Called reports whether d was fired; Twisted's called.
func (d *Deferred[T]) Called() bool { return d.fired }

// fireOnce does what fire does, for callers that may have been late.
func (d *Deferred[T]) fireOnce(value T, err error) error {
	switch {
	case d.ignoreOne:
		d.ignoreOne = false
		return nil
	case d.fired:
		return ErrAlreadyCalled
	}
	d.fire(value, err)
	return nil
}

func (d *Deferred[T]) fire(value T, err error) {
	d.fired, d.source = true, nil
	d.value, d.err = value, err
	d.run()
}

// add puts a link at the end of the chain, which runs at once if d was fired.
func (d *Deferred[T]) add(name string, run func(value T, err error) (T, error)) {
	d.links = append(d.links, link[T]{name, run})
	if d.fired {
		d.run()
	}
}

// run lets the result go down the chain. A link that adds others leaves them to
// the run that it is part of.
func (d *Deferred[T]) run() {
	if d.running {
		return
	}
	d.takeBack()
	d.running = true
	for len(d.links) > 0 {
		next := d.links[0]
		d.links = d.links[1:]
		if d.value, d.err = call(next, d.value, d.err); d.err != nil {
			var zero T
			d.value = zero // a value is never there beside an error
		}
	}
	d.running = false
	if d.err != nil {
		d.report()
	}
}

// call runs a link.
func call[T any](l link[T], value T, err error) (T, error) {
	return protect(l.name, func() (T, error) { return l.run(value, err) })
}

// protect makes a panic in f an error, as an exception is in Twisted: it is
// what the next link gets, and if no link handles it, awaiting the Deferred
// panics.
func protect[T any](name string, f func() (T, error)) (value T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(name, v)
		}
	}()
	return f()
}

func panicked(name string, v any) error {
	if err, ok := v.(*async.PanicError); ok {
		return err
	}
	return &async.PanicError{Task: fmt.Sprintf("the link %s of a Deferred", name), Value: v, Stack: debug.Stack()}
}

// report lets the loop report the error that is left, unless a link that is
// still to come handles it.
func (d *Deferred[T]) report() {
	d.unhandled = async.NewFuture[async.Void](d.loop.Context())
	_ = d.unhandled.SetError(d.err) // it is fresh
}

// takeBack takes back report: the error is handed to the chain.
func (d *Deferred[T]) takeBack() {
	if d.unhandled != nil {
		_ = d.unhandled.Err()
		d.unhandled = nil
	}
}

package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// Call runs fn as a task of p's loop and returns its error, for goroutines
// outside: it is [Submit] that waits. It may be called from any goroutine, and
// blocks; in a task of another loop it suspends. The task has ctx's values.
//
//	func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
//		err := async.Call(r.Context(), s.portal, func(ctx context.Context) error {
//			s.visits++ // the loop's plain state
//			return s.work(ctx)
//		})
//
// If ctx ends first, the task is canceled, with the cause of that, and awaited:
// when Call returns, fn has ended. Call then returns ctx's error, unless fn
// returned something else in spite of it. If the loop is closed before fn has
// begun, and if p is, the error is [ErrClosed]. If fn panics, Call panics with
// the [*PanicError]; if it calls [runtime.Goexit], the error is [ErrGoexit].
//
// It panics in a task of the same loop, which it would keep from running: call
// fn, or use [Go] and await.
func Call(ctx context.Context, p *Portal, fn func(ctx context.Context) error) error {
	c := new(call[Void])
	c.task.core.SetFunc(fn)
	_, err := c.do(ctx, p)
	return err
}

// CallValue does what [Call] does, for a function with a value.
func CallValue[T any](ctx context.Context, p *Portal, fn func(ctx context.Context) (T, error)) (value T, err error) {
	mustHaveFunc(fn != nil)
	c := new(call[T])
	c.task.coro = fn
	return c.do(ctx, p)
}

// call is a Call: a Pending whose task has the values of its caller.
type call[T any] struct {
	Pending[T]
	caller sched.ValuesIn
}

// do submits the call to the loop of p, and waits for its end.
func (c *call[T]) do(ctx context.Context, p *Portal) (value T, err error) {
	if p.core.Within(ctx) {
		panic("async: Call in a task of the same loop would block it for ever: call the function itself, or use Go")
	}
	c.portal = p
	c.caller.Init(p.core, ctx)
	c.submit((*beginCall[T])(c))
	interrupted := c.wait(ctx)
	if interrupted != nil {
		c.cancelCause(context.Cause(ctx))
		_ = c.wait(context.WithoutCancel(ctx))
	}
	value, err = c.outcome()
	if interrupted != nil && IsCanceled(err) {
		return value, interrupted
	}
	return value, err
}

// beginCall is a call whose turn it is to begin.
type beginCall[T any] call[T]

// Fire starts the task.
func (b *beginCall[T]) Fire() { b.begin(&b.caller) }

// Drop tells that the loop has ended before the task began.
func (b *beginCall[T]) Drop() { b.fail(ErrClosed) }

// cancelCause does what Cancel does, with a cause.
func (s *Pending[T]) cancelCause(cause error) {
	s.portal.core.Post(&cancelCause[T]{s, cause})
}

type cancelCause[T any] struct {
	of    *Pending[T]
	cause error
}

// Fire cancels the task.
func (c *cancelCause[T]) Fire() {
	if c.of.task.core.Loop() != nil {
		c.of.task.core.Cancel(c.cause)
	}
}

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
	mustHaveFunc(fn != nil)
	_, err := CallValue(ctx, p, withoutValue(fn))
	return err
}

// withoutValue returns fn as a coroutine with a value.
//
//go:noinline
func withoutValue(fn func(ctx context.Context) error) Coro[Void] {
	return func(ctx context.Context) (Void, error) {
		if asked(ctx, fn) {
			return Void{}, nil
		}
		return Void{}, fn(ctx)
	}
}

// CallValue does what [Call] does, for a function with a value.
func CallValue[T any](ctx context.Context, p *Portal, fn func(ctx context.Context) (T, error)) (value T, err error) {
	if sched.Running(ctx) && sched.Of(ctx) == p.core || p.core.Held() {
		panic("async: Call in a task of the same loop would block it for ever: call the function itself, or use Go")
	}
	s := submit(p, p.core.WithValues(ctx), fn)
	interrupted := s.wait(ctx)
	if interrupted != nil {
		s.cancelCause(context.Cause(ctx))
		_ = s.wait(context.WithoutCancel(ctx))
	}
	value, err = s.outcome()
	if interrupted != nil && IsCanceled(err) {
		return value, interrupted
	}
	return value, err
}

// cancelCause does what Cancel does, with a cause.
func (s *Pending[T]) cancelCause(cause error) {
	s.loop.Post(&cancelCause[T]{s, cause})
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

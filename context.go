package async

import (
	"context"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// WithTimeout does what [context.WithTimeout] does, on the loop's clock: it
// works in virtual time too, and needs no goroutine. An await that the deadline
// interrupts returns [ErrTimeout]; the request is passed on to what it awaits.
//
// The context belongs to the task of ctx. The function it returns is for the
// loop's tasks and callbacks; call it when what runs under the context is
// complete. [Timeout] does that by itself, and tells its own timeout from one
// inside.
func WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	l := sched.Of(ctx)
	return withDeadline(ctx, l.After(max(d, 0)))
}

// WithDeadline does what [WithTimeout] does, at the time t of the loop's clock.
func WithDeadline(ctx context.Context, t time.Time) (context.Context, context.CancelFunc) {
	return withDeadline(ctx, sched.Of(ctx).Reading(t))
}

func withDeadline(ctx context.Context, when time.Duration) (context.Context, context.CancelFunc) {
	s := newScope(ctx, sched.DeadlineScope)
	s.ExpireAt(when)
	return s, func() { endScope(s, nil) }
}

// WithCancel does what [context.WithCancel] does, for a stretch of a task: what
// the function it returns interrupts gets a [*CanceledError] in the order of
// the loop. The function is for the loop's tasks and callbacks.
func WithCancel(ctx context.Context) (context.Context, context.CancelFunc) {
	s := newScope(ctx, sched.CancelScope)
	return s, func() { endScope(s, nil) }
}

// WithCancelCause does what [WithCancel] does, with the cause that
// [context.Cause] and the [*CanceledError] give.
func WithCancelCause(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	s := newScope(ctx, sched.CancelScope)
	return s, func(cause error) { endScope(s, cause) }
}

func newScope(ctx context.Context, kind sched.Kind) *sched.Scope {
	sched.Of(ctx).Check("a context was derived from a task's")
	return sched.NewScope(ctx, kind)
}

func endScope(s *sched.Scope, cause error) {
	s.Task().Loop().Check("a context's cancel function was called")
	s.End(cause)
}

package async

import (
	"context"
	"math"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// NoTimeout is the d of what has no limit, where a d is asked for: [Timeout],
// [NewTimeout], [WaitFor], [WaitTimeout]; asyncio's timeout=None.
const NoTimeout time.Duration = math.MaxInt64

// Timeout runs body and interrupts it when it takes longer than d by the loop's
// clock; asyncio.timeout. It is the Do of [NewTimeout].
func Timeout(ctx context.Context, d time.Duration, body func(ctx context.Context) error) error {
	return NewTimeout(d).Do(ctx, body)
}

// TimeoutValue does what [Timeout] does, for a body with a value.
func TimeoutValue[T any](ctx context.Context, d time.Duration, body func(ctx context.Context) (T, error)) (T, error) {
	mustHaveFunc(body != nil)
	var value T
	err := Timeout(ctx, d, func(ctx context.Context) (err error) {
		value, err = body(ctx)
		return err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return value, nil
}

// A TimeoutScope bounds the time that a body takes; asyncio.Timeout. It is used
// once.
type TimeoutScope struct {
	scope *sched.Scope
	after time.Duration // from the beginning of Do, if at is zero
	at    time.Time
	over  bool
}

// NewTimeout makes a scope that expires d after its Do begins; with d <= 0 its
// body's first suspension is interrupted, and with NoTimeout none is, unless
// the scope is rescheduled.
func NewTimeout(d time.Duration) *TimeoutScope { return &TimeoutScope{after: d} }

// NewTimeoutAt makes a scope that expires at the time t of the loop's clock, or
// never, if t is the zero time, until it is rescheduled; asyncio.timeout_at.
func NewTimeoutAt(t time.Time) *TimeoutScope { return &TimeoutScope{at: t, after: NoTimeout} }

// Do runs body in the calling task and returns its error. Body's ctx shows the
// deadline.
//
// When the time is up, the await that body is suspended in fails with a
// [*CanceledError], or its next one, and the request is passed on to what it
// awaits. If body then returns a cancellation, Do returns [ErrTimeout], with
// what body said in a [*TimeoutError]; any other error, or success, stays as it
// is. A cancellation from outside wins over the timeout, and of two scopes that
// expire together the outer one times out.
func (t *TimeoutScope) Do(ctx context.Context, body func(ctx context.Context) error) error {
	mustHaveFunc(body != nil)
	if t.scope != nil {
		panic("async: Do on a TimeoutScope that was used: make one for each Do")
	}
	outside := sched.Enter(ctx)
	t.scope = sched.NewScope(ctx, sched.TimeoutScope)
	defer t.leave()
	t.begin(outside.Task().Loop())
	err := body(t.scope)
	t.leave()
	switch {
	case !t.Expired() || !IsCanceled(err):
		return err
	case outside.Status() == sched.NotRequested:
		return timedOut(err)
	}
	return asCanceled(outside, err)
}

func (t *TimeoutScope) begin(l *sched.Loop) {
	switch {
	case !t.at.IsZero():
		t.scope.ExpireAt(l.Reading(t.at))
	case t.after != NoTimeout:
		t.scope.ExpireAt(l.After(t.after))
	}
}

func (t *TimeoutScope) leave() {
	if !t.over {
		t.over = true
		t.scope.Close()
	}
}

// Expired reports whether the time was up before body ended; asyncio's expired.
func (t *TimeoutScope) Expired() bool { return t.scope != nil && t.scope.Expired() }

// When returns the time at which the scope expires; the zero time if it does
// not, or if that is not known before Do; asyncio's when.
func (t *TimeoutScope) When() time.Time {
	if t.scope == nil {
		return t.at
	}
	when, ok := t.scope.Expiry()
	if !ok {
		return time.Time{}
	}
	return t.scope.Task().Loop().Clock().At(when)
}

// Reschedule moves the time at which the scope expires; the zero time is never.
// It never suspends, and returns [ErrInvalidState] if the scope has expired or
// body is not running; asyncio's reschedule.
func (t *TimeoutScope) Reschedule(at time.Time) error {
	if t.scope != nil {
		t.scope.Task().Loop().Check("TimeoutScope.Reschedule was called")
	}
	switch {
	case t.scope == nil || t.over || t.Expired():
		return ErrInvalidState
	case at.IsZero():
		t.scope.NeverExpire()
	default:
		t.scope.ExpireAt(t.scope.Task().Loop().Reading(at))
	}
	return nil
}

// A TimeoutError is the ErrTimeout of a body that said more than that it was
// canceled.
type TimeoutError struct {
	// Body is the error that the body returned when it was interrupted.
	Body error
}

// Error says that the time was up, and what the body said.
func (e *TimeoutError) Error() string { return ErrTimeout.Error() + ": " + e.Body.Error() }

// Is reports whether target is ErrTimeout or context.DeadlineExceeded.
func (e *TimeoutError) Is(target error) bool {
	return target == ErrTimeout || target == context.DeadlineExceeded
}

// Timeout reports true: a TimeoutError is a net.Error.
func (e *TimeoutError) Timeout() bool { return true }

// Temporary reports true.
func (e *TimeoutError) Temporary() bool { return true }

// timedOut returns the error of a scope that has expired. It does not unwrap to
// what the body said, which is a cancellation.
func timedOut(said error) error {
	if _, bare := said.(*CanceledError); bare {
		return ErrTimeout
	}
	return &TimeoutError{Body: said}
}

// asCanceled returns err, the end of a scope, or why what is outside of the
// scope was canceled, where err only says that the scope was.
func asCanceled(outside sched.Awaiter, err error) error {
	if _, bare := err.(*CanceledError); bare && outside.Status() != sched.NotRequested {
		return outside.Err()
	}
	return err
}

// WaitFor awaits aw for no longer than d, in the calling task;
// asyncio.wait_for. It returns [ErrTimeout] when the time is up; what it
// awaited has then been canceled, and has ended. If aw goes on in spite of that
// and returns, so does WaitFor.
//
// With d <= 0 it returns the value of what is done already, and else cancels
// it: a coroutine is never begun. With [NoTimeout] it awaits aw for as long as
// that takes. If ctx is canceled first, WaitFor returns its error, and so is
// aw.
func WaitFor[T any](ctx context.Context, aw Awaitable[T], d time.Duration) (T, error) {
	if d <= 0 {
		return atOnce(ctx, aw)
	}
	if any(aw) == nil {
		panic(nilAwaitable)
	}
	return TimeoutValue(ctx, d, aw.Await)
}

// atOnce returns the result of aw if it is done, and ErrTimeout once it is
// canceled if not.
func atOnce[T any](ctx context.Context, aw Awaitable[T]) (value T, err error) {
	p := sched.Enter(ctx)
	if err := refused(p, aw); err != nil {
		return value, err
	}
	s := ensureLazy(ctx, aw)
	if s.Cancel() {
		if _, _, err := waitIn(p, AllCompleted, NoTimeout, []settling[T]{s}); err != nil {
			return value, err
		}
		if s.Canceled() {
			return value, timedOut(s.Err())
		}
	}
	value, err = s.Result()
	return value, p.AwaitedError(err)
}

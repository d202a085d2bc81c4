package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// A Future is a value that is not there yet; asyncio.Future. Somebody sets its
// result or its error, once, and tasks await it. It belongs to the tasks and
// callbacks of one loop.
type Future[T any] struct {
	value T
	core  sched.Future // when it is done; the value beside it is all that the core does not know
}

// NewFuture makes a future of ctx's loop. It never suspends.
func NewFuture[T any](ctx context.Context) *Future[T] {
	f := new(Future[T])
	f.core.Init(sched.Of(ctx))
	return f
}

// SetResult makes f done with v and wakes those that await it, in the order
// they came: they run in their turns, none of them now. It returns
// [ErrInvalidState] if f is done.
func (f *Future[T]) SetResult(v T) error {
	f.core.MustBeMade()
	if f.core.Settled() {
		return ErrInvalidState
	}
	f.core.Loop().Check("a future was given its result")
	f.value = v
	return f.core.Finish()
}

// SetError makes f done with err, as SetResult does with a value. With a
// [*CanceledError] f counts as canceled. It panics if err is nil.
func (f *Future[T]) SetError(err error) error {
	if err == nil {
		panic("async: SetError without an error: use SetResult")
	}
	f.core.MustBeMade()
	return f.core.Fail(err)
}

// Await returns f's value, or its error. It suspends the task while f is not
// done.
//
// If ctx is canceled first, f is canceled too: use [Shield] where others await
// it.
func (f *Future[T]) Await(ctx context.Context) (T, error) {
	if err := f.core.Await(sched.Enter(ctx), &f.core); err != nil {
		var zero T
		return zero, err
	}
	return f.value, nil
}

// Wait does what Await does, without the value.
func (f *Future[T]) Wait(ctx context.Context) error {
	return f.core.Await(sched.Enter(ctx), &f.core)
}

// Done reports whether f has a value or an error, or was canceled.
func (f *Future[T]) Done() bool { return checked(&f.core).Settled() }

// Canceled reports whether f was canceled.
func (f *Future[T]) Canceled() bool { return checked(&f.core).State() == sched.Canceled }

// Result returns f's value or its error; [ErrInvalidState] while f is not done.
func (f *Future[T]) Result() (T, error) { return result(&f.core, f.value) }

// Err returns f's error; nil if it has a value, [ErrInvalidState] while f is
// not done.
func (f *Future[T]) Err() error { return checked(&f.core).Outcome() }

// Cancel makes f done as canceled. It reports whether f was pending. If f has
// failed, its error counts as retrieved, as with asyncio; a panic does not.
func (f *Future[T]) Cancel() bool { return f.CancelCause(nil) }

// CancelCause does what Cancel does, with the cause of the [*CanceledError].
func (f *Future[T]) CancelCause(cause error) bool {
	f.core.MustBeMade()
	return requestEnd(&f.core, &f.core, cause)
}

// OnDone lets fn be called when f is done, with the next iteration if it is
// done already; asyncio's add_done_callback. Callbacks and tasks that await f
// have their turns in the order they came.
//
// The function it returns takes fn back and reports whether it did: once f is
// done, fn has its turn and cannot be taken back; asyncio's
// remove_done_callback.
func (f *Future[T]) OnDone(fn func()) (remove func() bool) { return onDone(&f.core, fn) }

// String tells what f is and how far it has come, like Python's repr. It panics
// if f is a zero Future.
func (f *Future[T]) String() string {
	f.core.MustBeMade()
	return "<Future " + describeState(&f.core, f.value) + ">"
}

// checked returns f, and panics in debug mode if the calling goroutine does not
// hold the baton.
func checked(f *sched.Future) *sched.Future {
	if sched.Guarding() && f.Loop() != nil {
		f.Loop().Check("a future or task was asked for its end")
	}
	return f
}

func result[T any](f *sched.Future, v T) (T, error) {
	checked(f)
	if err := f.Outcome(); err != nil {
		var zero T
		return zero, err
	}
	return v, nil
}

// requestEnd asks t, which f is the future of, to stop. The error of what has
// failed counts as retrieved: here and not in the core, where a request that is
// passed on to what has just failed would lose the error.
func requestEnd(t sched.Target, f *sched.Future, cause error) bool {
	if t.Cancel(cause) {
		return true
	}
	f.MarkRetrieved()
	return false
}

func onDone(f *sched.Future, fn func()) (remove func() bool) {
	f.MustBeMade()
	f.Loop().Check("OnDone was called")
	_, k := notify(f, fn)
	return func() bool {
		f.Loop().Check("a callback was taken back")
		return f.Forget(k)
	}
}

// atEnd lets fn be called when f is done, unless the function it returns is
// called before, be fn about to have its turn.
func atEnd(f *sched.Future, fn func()) (remove func()) {
	h, k := notify(f, fn)
	return func() {
		f.Forget(k)
		h.Cancel()
	}
}

func notify(f *sched.Future, fn func()) (*sched.Handle, *sched.Link) {
	f.MustBeMade()
	h := f.Loop().Callback(fn)
	k := new(sched.Link)
	*k = sched.NewLink(h)
	f.Notify(k)
	return h, k
}

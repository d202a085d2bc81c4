package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// A Waitable is a task or a future of whatever value: a [*Task], a [*Future] or
// an [AnyTask].
type Waitable interface {
	// Wait suspends until it is done, and returns its error.
	Wait(ctx context.Context) error
	// Done reports whether it is done.
	Done() bool
	// Canceled reports whether it was canceled.
	Canceled() bool
	// Err is its error; ErrInvalidState while it is not done.
	Err() error
	// Cancel asks it to stop.
	Cancel() bool

	future() *sched.Future
	begin(ctx context.Context) (self any, f *sched.Future)
}

// A Completable is what [AsCompleted] takes: a [Waitable], a [Coro] or a
// [Func].
type Completable interface {
	// Wait suspends until it is done, and returns its error.
	Wait(ctx context.Context) error

	// begin returns what stands for it while it runs and after its end, and
	// the future of that.
	begin(ctx context.Context) (self any, f *sched.Future)
}

// settling is a Waitable that has a value in the end.
type settling[T any] interface {
	Waitable
	Result() (T, error)
	target() sched.Target
}

func (f *Future[T]) future() *sched.Future { return &f.core }
func (f *Future[T]) target() sched.Target  { return &f.core }
func (t *Task[T]) future() *sched.Future   { return &t.core.Future }
func (t *Task[T]) target() sched.Target    { return &t.core }
func (t AnyTask) future() *sched.Future    { return &t.core.Future }

func (f *Future[T]) begin(context.Context) (any, *sched.Future) { return f, &f.core }
func (t *Task[T]) begin(context.Context) (any, *sched.Future)   { return t, &t.core.Future }
func (t AnyTask) begin(context.Context) (any, *sched.Future)    { return t, &t.core.Future }

func (c Coro[T]) begin(ctx context.Context) (any, *sched.Future) {
	t := GoValue(ctx, c)
	return Coro[T](t.Await), t.future()
}

func (f Func) begin(ctx context.Context) (any, *sched.Future) {
	t := Go(ctx, f)
	return Func(t.Wait), t.future()
}

// ensure returns aw, if it is a task or a future, or a fresh task that awaits
// it; asyncio's ensure_future.
func ensure[T any](ctx context.Context, aw Awaitable[T]) (s settling[T], fresh bool) {
	switch x := any(aw).(type) {
	case nil:
		panic(nilAwaitable)
	case Coro[T]:
		return GoValue(ctx, x), true
	case Func:
		return any(Go(ctx, x)).(settling[T]), true
	case settling[T]:
		sched.Of(ctx).MustOwn(x.future())
		return x, false
	}
	return GoValue(ctx, awaitOf(aw)), true
}

// awaitOf returns the Await of an awaitable of the user's own type.
//
//go:noinline
func awaitOf[T any](aw Awaitable[T]) Coro[T] {
	return func(ctx context.Context) (value T, err error) {
		if askedAwait(ctx, aw) {
			return value, nil
		}
		return aw.Await(ctx)
	}
}

// ensureLazy returns aw, if it is a task or a future, or a fresh task that does
// not begin here, also in an eager loop.
func ensureLazy[T any](ctx context.Context, aw Awaitable[T]) settling[T] {
	switch x := any(aw).(type) {
	case settling[T]:
		sched.Of(ctx).MustOwn(x.future())
		return x
	case nil:
		panic(nilAwaitable)
	}
	return GoLazyValue(ctx, awaitOf(aw))
}

const nilAwaitable = "async: a nil Awaitable: give a task, a future or a coroutine"

// refused returns the error of awaiting aws, if not all of them are there, with
// a context whose cancellation was delivered before: the baton is passed once,
// and nothing is started.
func refused[A any](p sched.Awaiter, aws ...A) error {
	for _, aw := range aws {
		if w, ok := any(aw).(Waitable); !ok || !w.Done() {
			return p.Refused()
		}
	}
	return nil
}

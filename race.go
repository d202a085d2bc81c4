package async

import (
	"context"
	"errors"

	"github.com/gobaton/async/internal/sched"
)

// Race awaits all of aws at once and returns the value or error of the first to end. The others are canceled, in order, and
// have ended when Race returns. Of those that end in the same turn, the first in the order of the ready queue wins.
//
// If ctx is canceled, all of aws are, and Race returns its error when they have ended. Race panics without aws.
func Race[A Awaitable[T], T any](ctx context.Context, aws ...A) (T, error) {
	return race(ctx, aws, func(settling[T]) bool { return true })
}

// Any awaits all of aws at once and returns the value of the first to succeed. The others are canceled, in order, and have
// ended when Any returns. If none succeeds, the error joins all of theirs in the order they came, as [errors.Join] does.
//
// If ctx is canceled, all of aws are, and Any returns its error when they have ended. Any panics without aws.
func Any[A Awaitable[T], T any](ctx context.Context, aws ...A) (T, error) {
	return race(ctx, aws, func(s settling[T]) bool { return s.future().State() == sched.Finished })
}

// race awaits aws until one wins.
func race[A Awaitable[T], T any](ctx context.Context, aws []A, wins func(settling[T]) bool) (value T, err error) {
	if len(aws) == 0 {
		panic("async: a race of none would never end: give it something to await")
	}
	all := make([]racer[T], len(aws))
	for i, aw := range aws {
		all[i].settling, _ = ensure[T](ctx, aw)
	}
	winner, errs, err := firstOf(ctx, all, wins)
	stopped := end(ctx, all, context.Cause(ctx))
	switch {
	case err != nil:
		return value, err
	case stopped != nil:
		return value, stopped
	case winner == nil:
		return value, errors.Join(errs...)
	}
	value, err = winner.Result()
	return value, sched.Locate(ctx).Told(err)
}

// racer is one of those in a race, as AsCompleted and Wait know it.
type racer[T any] struct{ settling[T] }

func (r racer[T]) Done() bool     { return r.future().Settled() }
func (r racer[T]) Canceled() bool { return r.future().State() == sched.Canceled }
func (r racer[T]) Err() error     { return r.future().Outcome() }
func (r racer[T]) Cancel() bool   { return r.target().Cancel(nil) }
func (r racer[T]) Wait(ctx context.Context) error {
	return r.future().Await(sched.Enter(ctx), r.target())
}

// firstOf is the first that wins, or the errors of all.
func firstOf[T any](ctx context.Context, all []racer[T], wins func(settling[T]) bool) (winner settling[T], errs []error, err error) {
	for r, err := range AsCompleted(ctx, all...) {
		if err != nil {
			return nil, nil, err
		}
		if wins(r.settling) {
			return r.settling, nil, nil
		}
		errs = append(errs, r.Err())
	}
	return nil, errs, nil
}

// end cancels those that have not ended and waits until they have. It returns an error if ctx was canceled meanwhile.
func end[T any](ctx context.Context, all []racer[T], cause error) (canceled error) {
	for _, r := range all {
		r.target().Cancel(cause)
	}
	for left := running(all); len(left) > 0; left = running(all) {
		if _, _, err := waitIn(sched.Enter(ctx).Insistent(), AllCompleted, noTimeout, left); err != nil {
			canceled = err
		}
	}
	for _, r := range all {
		r.future().Disregard()
	}
	return canceled
}

func running[T any](all []racer[T]) (left []racer[T]) {
	for _, r := range all {
		if !r.Done() {
			left = append(left, r)
		}
	}
	return left
}

package async

import (
	"context"
	"errors"
	"slices"

	"github.com/gobaton/async/internal/sched"
)

// Race awaits all of aws at once and returns the value or error of the first to
// end. The others are canceled then, in order, and have ended when Race
// returns. What is no task or future yet is started as a task, in order. Of
// those that end in the same turn, the first to end wins; of those that are
// done before, the first in the order of the arguments.
//
// If ctx is canceled, all of aws are, and Race returns its error when they have
// ended, even if one had won. A panic of one of aws cancels the others and goes
// on in Race. Race panics without aws.
func Race[A Awaitable[T], T any](ctx context.Context, aws ...A) (T, error) {
	return race[A, T](ctx, firstEnd, aws)
}

// Any does what [Race] does, for the first to succeed. If none does, its error
// joins all of theirs in the order they came, as [errors.Join] does.
func Any[A Awaitable[T], T any](ctx context.Context, aws ...A) (T, error) {
	return race[A, T](ctx, firstSuccess, aws)
}

func race[A Awaitable[T], T any](ctx context.Context, r rule, aws []A) (value T, err error) {
	if len(aws) == 0 {
		panic("async: a race of none would never end: give it something to await")
	}
	children, g, err := gather[A, T](ctx, r, aws)
	switch {
	case err != nil:
		return value, err
	case g.first == nil:
		return value, errors.Join(g.errs...)
	}
	winner := slices.IndexFunc(children, func(child settling[T]) bool { return child.future() == g.first })
	value, err = children[winner].Result()
	return value, sched.Locate(ctx).AwaitedError(err)
}

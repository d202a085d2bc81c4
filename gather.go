package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// Gather awaits all of aws at once and returns their values in the order of the
// arguments; asyncio.gather. What is no task or future yet is started as a
// task, in order; one that stands there twice is awaited once.
//
// The first error is returned as soon as it happens. The others go on, and
// their errors are dropped: use a [TaskGroup] or [Map] where they are to be
// canceled. If ctx is canceled, all of aws are, in order, and Gather returns
// when one has ended of that, or when all have ended otherwise. A panic of one
// of aws goes on in Gather.
func Gather[A Awaitable[T], T any](ctx context.Context, aws ...A) ([]T, error) {
	children, _, err := gather[A, T](ctx, firstError, aws)
	if err != nil {
		return nil, err
	}
	values := make([]T, len(children))
	for i, child := range children {
		values[i], _ = child.Result()
	}
	return values, nil
}

// A Result is how an awaitable ended.
type Result[T any] struct {
	Value T     // the zero value if there is an error
	Err   error // nil if there is a value
}

// GatherSettled does what [Gather] does, for all results, errors among them;
// asyncio's gather(return_exceptions=True). Its own error says that ctx was
// canceled: it then returns when all of aws, which are canceled too, have
// ended.
func GatherSettled[A Awaitable[T], T any](ctx context.Context, aws ...A) ([]Result[T], error) {
	children, _, err := gather[A, T](ctx, lastEnd, aws)
	if err != nil {
		return nil, err
	}
	results := make([]Result[T], len(children))
	for i, child := range children {
		results[i].Value, results[i].Err = child.Result()
	}
	return results, nil
}

// Gather2 does what [Gather] does, for two awaitables of different types.
func Gather2[A, B any](ctx context.Context, a Awaitable[A], b Awaitable[B]) (av A, bv B, err error) {
	p := sched.Enter(ctx)
	if err := refused[any](p, a, b); err != nil {
		return av, bv, err
	}
	g := newGathering(p, firstError)
	as, bs := adopt(g, ctx, a), adopt(g, ctx, b)
	if err := g.wait(p, targets([]targeted{as, bs})); err != nil {
		return av, bv, err
	}
	av, _ = as.Result()
	bv, _ = bs.Result()
	return av, bv, nil
}

// Gather3 does what [Gather] does, for three awaitables of different types.
func Gather3[A, B, C any](ctx context.Context, a Awaitable[A], b Awaitable[B], c Awaitable[C]) (av A, bv B, cv C, err error) {
	p := sched.Enter(ctx)
	if err := refused[any](p, a, b, c); err != nil {
		return av, bv, cv, err
	}
	g := newGathering(p, firstError)
	as, bs, cs := adopt(g, ctx, a), adopt(g, ctx, b), adopt(g, ctx, c)
	if err := g.wait(p, targets([]targeted{as, bs, cs})); err != nil {
		return av, bv, cv, err
	}
	av, _ = as.Result()
	bv, _ = bs.Result()
	cv, _ = cs.Result()
	return av, bv, cv, nil
}

// gather awaits aws as the rule says.
func gather[A Awaitable[T], T any](ctx context.Context, r rule, aws []A) ([]settling[T], *gathering, error) {
	p := sched.Enter(ctx)
	if err := refused(p, aws...); err != nil {
		return nil, nil, err
	}
	g := newGathering(p, r)
	children := make([]settling[T], len(aws))
	for i, aw := range aws {
		children[i] = adopt[T](g, ctx, aw)
	}
	return children, g, g.wait(p, targets(children))
}

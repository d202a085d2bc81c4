package deferred

import (
	"context"
	"fmt"
	"slices"

	"github.com/gobaton/async"
)

// ListOptions says when a [List] fires. The zero value waits for all Deferreds.
type ListOptions struct {
	// FireOnOneCallback fires with the first value to come.
	FireOnOneCallback bool

	// FireOnOneErrback fires with the first error to come, a [*FirstError].
	FireOnOneErrback bool

	// ConsumeErrors handles the errors of the Deferreds: each goes on with
	// the zero value, and the loop reports none of them.
	ConsumeErrors bool
}

// A FirstError is the error that ended a list, and the Deferred's place in it;
// Twisted's FirstError.
type FirstError struct {
	Index int   // the place of the Deferred, from 0
	Err   error // its error
}

// Error returns the place and the text of the error.
func (e *FirstError) Error() string { return fmt.Sprintf("deferred: [%d]: %v", e.Index, e.Err) }

// Unwrap returns the error.
func (e *FirstError) Unwrap() error { return e.Err }

// List returns a Deferred that fires with the results of ds, in the order of
// ds, once all have come, or as the options say; Twisted's DeferredList.
// Results that have not come by then are zero. Its Cancel cancels all of ds.
func List[T any](ctx context.Context, options ListOptions, ds ...*Deferred[T]) *Deferred[[]async.Result[T]] {
	all := New[[]async.Result[T]](ctx)
	results, missing := make([]async.Result[T], len(ds)), len(ds)
	all.source = group[T]{ds}
	for i, d := range ds {
		d.AddBoth(func(value T, err error) error {
			results[i] = async.Result[T]{Value: value, Err: err}
			missing--
			switch {
			case err == nil && options.FireOnOneCallback:
				_ = all.take(slices.Clone(results), nil)
			case err != nil && options.FireOnOneErrback:
				_ = all.take(nil, &FirstError{i, err})
			case missing == 0:
				_ = all.take(slices.Clone(results), nil)
			}
			if options.ConsumeErrors {
				return nil
			}
			return err
		})
	}
	if len(ds) == 0 {
		_ = all.take(slices.Clone(results), nil)
	}
	return all
}

// GatherResults returns a Deferred that fires with the values of ds, in the
// order of ds, or with the first error to come; Twisted's gatherResults. Errors
// are consumed. Its Cancel cancels all of ds.
func GatherResults[T any](ctx context.Context, ds ...*Deferred[T]) *Deferred[[]T] {
	return Then(List(ctx, ListOptions{FireOnOneErrback: true, ConsumeErrors: true}, ds...), values[T])
}

func values[T any](results []async.Result[T]) ([]T, error) {
	all := make([]T, len(results))
	for i, r := range results {
		all[i] = r.Value
	}
	return all, nil
}

// group is several Deferreds as the source of one.
type group[T any] struct{ members []*Deferred[T] }

// Cancel cancels all of them, in order.
func (g group[T]) Cancel() {
	for _, d := range g.members {
		d.Cancel()
	}
}

// String says how many there are.
func (g group[T]) String() string { return fmt.Sprintf("%d Deferreds", len(g.members)) }

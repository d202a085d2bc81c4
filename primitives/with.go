package primitives

import "context"

// An Acquirer is what With of this package's types acquires and releases: a
// [*Lock], a [*Condition], a [*Semaphore], a [*CapacityLimiter], or a [*RWLock]
// to write.
type Acquirer interface {
	// Acquire returns once the task has what it wants, and may suspend it.
	Acquire(ctx context.Context) error
	// Release gives it back.
	Release()
}

// WithValue calls body while it holds what a lets one acquire, and returns
// body's value: the With of a, for a body with a value. It suspends as a's
// Acquire does, and where body does.
//
// If ctx is canceled before, WithValue returns its error without calling body.
// However body ends, a is released.
func WithValue[T any](ctx context.Context, a Acquirer, body func(ctx context.Context) (T, error)) (value T, err error) {
	if err := a.Acquire(ctx); err != nil {
		return value, err
	}
	defer a.Release()
	return body(ctx)
}

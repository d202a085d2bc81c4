package async

import "context"

// Map calls fn for each of args, each time in a task of its own turn, and returns the values in the order of args. At most
// limit calls are under way at once; with limit <= 0 all are.
//
// The first error is returned: the calls under way are canceled and awaited, and no more are begun. If ctx is canceled, so are they.
func Map[A, T any](ctx context.Context, limit int, args []A, fn func(ctx context.Context, arg A) (T, error)) ([]T, error) {
	if limit <= 0 || limit > len(args) {
		limit = len(args)
	}
	m := &mapping[A, T]{args: args, values: make([]T, len(args)), fn: fn}
	err := m.group.Do(ctx, func(context.Context) error {
		for range limit {
			m.group.Go(m.work)
		}
		return nil
	})
	if err == nil || m.err != nil && !IsCanceled(m.err) {
		err = m.err
	}
	if err != nil {
		return nil, err
	}
	return m.values, nil
}

// mapping is a Map under way.
type mapping[A, T any] struct {
	args   []A
	values []T
	fn     func(ctx context.Context, arg A) (T, error)
	group  TaskGroup
	next   int   // the first that was not begun
	err    error // the first
}

// work calls fn for one argument after another.
func (m *mapping[A, T]) work(ctx context.Context) error {
	for m.next < len(m.args) && m.err == nil {
		i := m.next
		m.next++
		v, err := m.fn(ctx, m.args[i])
		if err != nil {
			m.fail(err)
			return nil
		}
		m.values[i] = v
	}
	return nil
}

// fail keeps the first error and ends the other calls.
func (m *mapping[A, T]) fail(err error) {
	if m.err == nil {
		m.err = err
		m.group.stop(err)
	}
}

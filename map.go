package async

import "context"

// Map calls fn for each of args and returns the values in the order of args. At
// most limit calls are under way at once; with limit <= 0 all are. They are
// begun in order.
//
// The first error is returned: the calls under way are canceled and awaited,
// and no more are begun. If ctx is canceled, so are the calls, and Map returns
// its error when they have ended, unless one has failed. A panic in fn goes on
// in Map.
func Map[A, T any](ctx context.Context, limit int, args []A, fn func(ctx context.Context, arg A) (T, error)) ([]T, error) {
	mustHaveFunc(fn != nil)
	if limit <= 0 || limit > len(args) {
		limit = len(args)
	}
	m := &mapping[A, T]{args: args, values: make([]T, len(args)), fn: fn}
	err := m.group.Do(ctx, func(context.Context) error {
		for range limit {
			if m.over() {
				break // to start eagerly may end it
			}
			m.group.Go(m.worker())
		}
		return nil
	})
	if failed, ok := err.(*GroupError); ok {
		err = failed.Errors[0]
	} else if err == nil {
		err = m.err // that of what a call awaited, which was canceled
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
	broken bool  // a call has panicked, or called Goexit
}

// over reports whether no more calls are begun.
func (m *mapping[A, T]) over() bool { return m.next == len(m.args) || m.err != nil || m.broken }

// worker returns work as the body of a task.
//
//go:noinline
func (m *mapping[A, T]) worker() func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if asked(ctx, m.fn) {
			return nil
		}
		return m.work(ctx)
	}
}

// work calls fn for one argument after another.
func (m *mapping[A, T]) work(ctx context.Context) error {
	returned := false
	defer func() { m.broken = m.broken || !returned }()
	err := m.callAll(ctx)
	returned = true
	return err
}

func (m *mapping[A, T]) callAll(ctx context.Context) error {
	for !m.over() {
		i := m.next
		m.next++
		v, err := m.fn(ctx, m.args[i])
		if err != nil {
			m.fail(err)
			return err
		}
		m.values[i] = v
	}
	return nil
}

// fail keeps the first error and ends the other calls: at once, and even if the
// group does not count it, for it is a cancellation.
func (m *mapping[A, T]) fail(err error) {
	if m.err == nil {
		m.err = err
		m.group.stop(causeOf(err))
	}
}

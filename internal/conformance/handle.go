package conformance

import (
	"context"

	"github.com/gobaton/async"
)

// A handle is a task or a future that the program knows by name.
type handle interface {
	async.Waitable
	Await(ctx context.Context) (any, error)
	Result() (any, error)
	CancelCause(cause error) bool
	OnDone(fn func()) (remove func() bool)
}

// keep makes h known as name, in the place of what was known so.
func (m *machine) keep(name string, h handle) {
	if m.handles[name] == nil {
		m.order = append(m.order, name)
	}
	m.handles[name] = h
}

// find returns what the names stand for, or nil if any stands for nothing.
func (m *machine) find(names []string) []handle {
	found := make([]handle, len(names))
	for i, name := range names {
		if found[i] = m.handles[name]; found[i] == nil {
			return nil
		}
	}
	return found
}

// tasks yields the tasks among the handles, in the order in which their names
// were first made.
func (m *machine) tasks(yield func(string, *async.Task[any]) bool) {
	for _, name := range m.order {
		if t, ok := m.handles[name].(*async.Task[any]); ok && !yield(name, t) {
			return
		}
	}
}

// outcome returns h's value or its error.
func outcome(h handle) any {
	v, err := h.Result()
	if err != nil {
		return err
	}
	return v
}

func (m *machine) state(h handle) string {
	switch {
	case h == nil:
		return "none"
	case !h.Done():
		return "pending"
	case h.Canceled():
		return "cancelled"
	default:
		return m.text(outcome(h))
	}
}

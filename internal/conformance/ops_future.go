package conformance

import "github.com/gobaton/async"

// futures has the operations that make a future and end it.
var futures = family{
	ops: map[string]op{
		"future":     {"s", newFuture},
		"set_result": {"hi", setResult},
		"set_error":  {"hi", setError},
	},
	errors: []namedError{
		{async.ErrInvalidState, "InvalidState"},
	},
}

func newFuture(c *coroutine, a args) error {
	c.keep(a.str(0), async.NewFuture[any](c.ctx))
	c.printf("future %s", a.str(0))
	return nil
}

// future returns the future called name; to set a task's result is misuse.
func (m *machine) future(name string) *async.Future[any] {
	f, ok := m.handles[name].(*async.Future[any])
	if !ok {
		panic("async: " + name + " is a task")
	}
	return f
}

func setResult(c *coroutine, a args) error {
	if err := c.future(a.str(0)).SetResult(a.num(1)); err != nil {
		return err
	}
	c.printf("set_result %s", a.str(0))
	return nil
}

func setError(c *coroutine, a args) error {
	if err := c.future(a.str(0)).SetError(appError(a.num(1))); err != nil {
		return err
	}
	c.printf("set_error %s", a.str(0))
	return nil
}

package conformance

// callbacks has the operations that schedule a call on the loop.
var callbacks = family{
	ops: map[string]op{
		"call_soon":   {"s", callSoon},
		"call_later":  {"is", callLater},
		"call_cancel": {"s", callCancel},
	},
}

// A canceler is a callback that may be taken back.
type canceler interface{ Cancel() }

func (m *machine) called(label string) func() {
	return func() { m.write("loop", "called "+label) }
}

func callSoon(c *coroutine, a args) error {
	c.callbacks[a.str(0)] = c.loop.CallSoon(c.called(a.str(0)))
	c.printf("call_soon %s", a.str(0))
	return nil
}

func callLater(c *coroutine, a args) error {
	c.callbacks[a.str(1)] = c.loop.CallLater(units(a.num(0)), c.called(a.str(1)))
	c.printf("call_later %s", a.str(1))
	return nil
}

func callCancel(c *coroutine, a args) error {
	if h := c.callbacks[a.str(0)]; h != nil {
		h.Cancel()
	}
	c.printf("call_cancel %s", a.str(0))
	return nil
}

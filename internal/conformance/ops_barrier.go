package conformance

import "github.com/gobaton/async/primitives"

// barriers has the operations on barriers.
var barriers = family{
	ops: map[string]op{
		"barrier":       {"B", barrierWait},
		"barrier_reset": {"B", barrierReset},
		"barrier_abort": {"B", barrierAbort},
	},
	resources: map[string]func(n int) any{
		"barrier": func(n int) any { return primitives.NewBarrier(n) },
	},
	errors: []namedError{
		{primitives.ErrBrokenBarrier, "BrokenBarrier"},
	},
}

func barrierWait(c *coroutine, a args) error {
	i, err := resource[*primitives.Barrier](c.machine, a.str(0)).Wait(c.ctx)
	if err != nil {
		return err
	}
	c.printf("barrier %s %d", a.str(0), i)
	return nil
}

func barrierReset(c *coroutine, a args) error {
	if err := resource[*primitives.Barrier](c.machine, a.str(0)).Reset(c.ctx); err != nil {
		return err
	}
	c.printf("barrier_reset %s", a.str(0))
	return nil
}

func barrierAbort(c *coroutine, a args) error {
	if err := resource[*primitives.Barrier](c.machine, a.str(0)).Abort(c.ctx); err != nil {
		return err
	}
	c.printf("barrier_abort %s", a.str(0))
	return nil
}

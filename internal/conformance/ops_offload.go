package conformance

import (
	"context"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// offloads has the operations that run a function off the loop.
var offloads = family{
	ops: map[string]op{
		"to_thread":       {"f", toThread},
		"run_in_executor": {"sf", runInExecutor},
	},
}

// call returns f as a function that may run off the loop.
func (f Function) call() func(ctx context.Context) (any, error) {
	return func(ctx context.Context) (any, error) {
		if f.Sleep > 0 {
			if err := asynctest.Spend(ctx, units(f.Sleep)); err != nil {
				return nil, err
			}
		}
		if f.Error != nil {
			return nil, appError(*f.Error)
		}
		return f.Value, nil
	}
}

func toThread(c *coroutine, a args) error {
	v, err := async.ToThreadValue(c.ctx, c.functions[a.str(0)].call())
	if err != nil {
		return err
	}
	c.printf("to_thread %s %s", a.str(0), c.text(v))
	return nil
}

func runInExecutor(c *coroutine, a args) error {
	c.keep(a.str(0), async.RunInExecutor(c.ctx, nil, c.functions[a.str(1)].call()))
	c.printf("run_in_executor %s", a.str(0))
	return nil
}

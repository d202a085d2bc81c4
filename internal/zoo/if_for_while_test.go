package zoo

import (
	"context"

	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// A waiter that was notified does not look again: somebody else has taken what
// it was notified of.
var _ = bug("if where a loop is needed", "every condition variable's manual", func(z *zoo) {
	var cond primitives.Condition
	items := 0
	get := func(ctx context.Context) error {
		return cond.With(ctx, func(ctx context.Context) error {
			for items == 0 {
				if err := cond.Wait(ctx); err != nil {
					return err
				}
				if !z.fixed {
					break
				}
			}
			items--
			z.check(items >= 0, "took an item that is not there")
			return nil
		})
	}
	z.spawn(get)
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 2)
		return cond.With(ctx, func(context.Context) error {
			items++
			cond.Notify(1)
			return nil
		})
	})
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 6)
		return get(ctx)
	})
	_ = asynctest.WaitIdle(z.ctx)
	for _, task := range z.tasks { // one of them waits for an item that never comes
		task.Cancel()
	}
	z.join()
})

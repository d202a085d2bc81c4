package zoo

import (
	"context"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// Two readers want to become writers, and each waits for the other to leave.
var _ = bug("deadlock by lock upgrade", "ReentrantReadWriteLock; SQL's S to X conversions", func(z *zoo) {
	readers := 0
	var cond primitives.Condition
	enter := func(by int) func(context.Context) error {
		return func(context.Context) error {
			readers += by
			cond.NotifyAll()
			return nil
		}
	}
	update := func(ctx context.Context) error {
		if err := cond.With(ctx, enter(1)); err != nil {
			return err
		}
		defer func() { _ = cond.With(async.Uncancel(ctx), enter(-1)) }()
		if err := z.io(ctx); err != nil {
			return err
		}
		return cond.With(ctx, func(ctx context.Context) error {
			if z.fixed { // gives its place as a reader up while it waits
				readers--
				defer func() { readers++ }()
				return cond.WaitFor(ctx, func() bool { return readers == 0 })
			}
			return cond.WaitFor(ctx, func() bool { return readers == 1 })
		})
	}
	z.spawn(update)
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 5)
		return update(ctx)
	})
	z.join()
})

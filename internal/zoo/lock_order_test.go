package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// Two tasks take two locks, each in its own order.
var _ = bug("deadlock by lock order", "every textbook; database rows locked by two transactions", func(z *zoo) {
	var locks [2]primitives.Lock
	both := func(first, second int) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			if z.fixed {
				first, second = min(first, second), max(first, second)
			}
			return locks[first].With(ctx, func(ctx context.Context) error {
				if err := z.io(ctx); err != nil {
					return err
				}
				return locks[second].With(ctx, z.io)
			})
		}
	}
	z.spawn(both(0, 1))
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 3)
		return both(1, 0)(ctx)
	})
	z.join()
})

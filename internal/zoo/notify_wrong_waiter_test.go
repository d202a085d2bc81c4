package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// Producers and consumers wait on one condition and notify one: the one that is
// woken may be of the same kind, goes back to sleep, and nobody else is woken.
var _ = bug("notify wakes the wrong waiter", "Java's wait and notify; Tom Cargill's bounded buffer", func(z *zoo) {
	var cond primitives.Condition
	var buffer []int
	wake := func() {
		if z.fixed {
			cond.NotifyAll()
		} else {
			cond.Notify(1)
		}
	}
	put := func(ctx context.Context) error {
		return cond.With(ctx, func(ctx context.Context) error {
			for len(buffer) == 1 {
				if err := cond.Wait(ctx); err != nil {
					return err
				}
			}
			buffer = append(buffer, 1)
			wake()
			return nil
		})
	}
	get := func(ctx context.Context) error {
		return cond.With(ctx, func(ctx context.Context) error {
			for len(buffer) == 0 {
				if err := cond.Wait(ctx); err != nil {
					return err
				}
			}
			buffer = buffer[1:]
			wake()
			return nil
		})
	}
	for _, f := range []func(context.Context) error{put, get, put, get, put, get} {
		z.spawn(func(ctx context.Context) error {
			if err := z.io(ctx); err != nil {
				return err
			}
			return f(ctx)
		})
	}
	z.join()
})

package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// A function that holds a lock calls, in a rare case, one that takes it too.
var _ = bug("lock is not reentrant", "asyncio.Lock taken again by a helper; discord.py's cogs", func(z *zoo) {
	var lock primitives.Lock
	full := false
	flush := func(ctx context.Context) error {
		return lock.With(ctx, func(ctx context.Context) error {
			full = false
			return z.io(ctx)
		})
	}
	write := func(ctx context.Context) error {
		again := false
		err := lock.With(ctx, func(ctx context.Context) error {
			if err := z.io(ctx); err != nil {
				return err
			}
			if full && !z.fixed {
				return flush(ctx)
			}
			again = full
			return nil
		})
		if err == nil && again {
			return flush(ctx)
		}
		return err
	}
	z.spawn(write)
	z.spawn(func(ctx context.Context) error {
		err := z.calls(ctx, 4)
		full = true // a limit was reached
		return err
	})
	z.join()
})

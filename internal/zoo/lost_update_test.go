package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// A balance is read, the bank is asked, and what was read is written back: what
// another task has written meanwhile is lost.
var _ = bug("lost update", "every textbook; the order of Go's operands in x += f(ctx) makes it too", func(z *zoo) {
	var lock primitives.Lock
	balance := 0
	deposit := func(ctx context.Context) error {
		if z.fixed {
			if err := lock.Acquire(ctx); err != nil {
				return err
			}
			defer lock.Release()
		}
		before := balance
		if err := z.io(ctx); err != nil {
			return err
		}
		balance = before + 1
		return nil
	}
	z.spawn(deposit)
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 2) // comes later
		return deposit(ctx)
	})
	z.join()
	z.check(balance == 2, "the balance is %d after two deposits", balance)
})

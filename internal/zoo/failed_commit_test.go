package zoo

import (
	"context"
	"errors"

	"github.com/gobaton/async/asynctest"
)

// An answer that is lost is taken for a failure, and the order is sent again.
var _ = bug("retry of what was done", "payments without an idempotency key", func(z *zoo) {
	lost := errors.New("connection reset")
	orders := map[int]int{}
	next := 0
	order := func(ctx context.Context, id int) error {
		if !z.fixed || orders[id] == 0 {
			orders[id]++
		}
		if err := z.io(ctx); err != nil {
			return err
		}
		return asynctest.Fail(ctx, lost)
	}
	z.spawn(func(ctx context.Context) error {
		next++
		id := next
		for range 3 {
			if err := order(ctx, id); !errors.Is(err, lost) {
				return err
			}
		}
		return nil
	})
	z.join()
	for id, n := range orders {
		z.check(n == 1, "order %d was made %d times", id, n)
	}
})

package zoo

import (
	"context"
)

// A pool counts a connection when it is open, not when it begins to open it.
var _ = bug("pool grows over its limit", "aiopg, aioredis 1, many hand-made pools", func(z *zoo) {
	const limit = 2
	open, most := 0, 0
	connect := func(ctx context.Context) error {
		if open >= limit {
			return nil
		}
		if z.fixed {
			open++
		}
		if err := z.io(ctx); err != nil {
			if z.fixed {
				open--
			}
			return err
		}
		if !z.fixed {
			open++
		}
		most = max(most, open)
		return nil
	}
	for n := range 3 {
		z.spawn(func(ctx context.Context) error {
			if err := z.calls(ctx, 3*n); err != nil {
				return err
			}
			return connect(ctx)
		})
	}
	z.join()
	z.check(most <= limit, "%d connections are open", most)
})

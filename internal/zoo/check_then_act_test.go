package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// A connection is made if there is none, with an await between the look and the
// entry: two tasks make two, and one is never closed.
var _ = bug("check then act", "aiohttp's connector; every get-or-create across an await", func(z *zoo) {
	conns, open := map[string]int{}, 0
	var lock primitives.Lock
	get := func(ctx context.Context) error {
		if z.fixed {
			if err := lock.Acquire(ctx); err != nil {
				return err
			}
			defer lock.Release()
		}
		if _, ok := conns["db"]; ok {
			return nil
		}
		if err := z.io(ctx); err != nil { // dials
			return err
		}
		open++
		conns["db"] = open
		return nil
	}
	z.spawn(get)
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 3)
		return get(ctx)
	})
	z.join()
	z.check(open <= 1, "%d connections were opened", open)
})

package zoo

import (
	"context"
)

// A bucket of tokens is looked into, and a token is taken one await later.
var _ = bug("rate limit overrun", "aiolimiter's predecessors; API clients that were banned", func(z *zoo) {
	tokens, sent := 1, 0
	send := func(ctx context.Context) error {
		if tokens == 0 {
			return nil
		}
		if z.fixed {
			tokens--
		}
		if err := z.io(ctx); err != nil {
			return err
		}
		if !z.fixed {
			tokens--
		}
		sent++
		return nil
	}
	for n := range 2 {
		z.spawn(func(ctx context.Context) error {
			_ = z.calls(ctx, 3*n)
			return send(ctx)
		})
	}
	z.join()
	z.check(sent <= 1, "%d requests were sent for 1 token", sent)
})

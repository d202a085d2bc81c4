package zoo

import (
	"context"
)

// A state is read first and its changes are subscribed to then: a change in
// between is never seen.
var _ = bug("gap between snapshot and subscription", "Kubernetes' list and watch; order book clients", func(z *zoo) {
	state, seen := 1, 0
	var subscriber func(int)
	z.spawn(func(ctx context.Context) error {
		apply := func(v int) { seen = max(seen, v) }
		if z.fixed {
			subscriber = apply
		}
		seen = max(seen, state)
		if err := z.io(ctx); err != nil {
			return err
		}
		subscriber = apply
		return nil
	})
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 3)
		state = 2
		if subscriber != nil {
			subscriber(state)
		}
		return nil
	})
	z.join()
	z.check(seen == state || z.tasks[0].Canceled(), "the state is %d, and %d is seen", state, seen)
})

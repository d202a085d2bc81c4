package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// A waiter looks, logs over the network that it will wait, and clears the event
// that was set meanwhile.
var _ = bug("missed notify", "asyncio's Event used as a condition", func(z *zoo) {
	ready := false
	var woken primitives.Event
	z.spawn(func(ctx context.Context) error {
		for !ready {
			if z.fixed {
				woken.Clear()
			}
			if err := z.io(ctx); err != nil {
				return err
			}
			if !z.fixed {
				woken.Clear()
			}
			if err := woken.Wait(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 2)
		ready = true
		woken.Set()
		return nil
	})
	z.join()
})

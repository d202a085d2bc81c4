package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// An event's handler raises the event again before the first one is through:
// later handlers see the events in the wrong order.
var _ = bug("event loop reentrancy", "Node's emitters; Qt's nested event loops", func(z *zoo) {
	state := 0
	var seen []int
	var turn primitives.Lock
	emit := func(ctx context.Context, v int) error {
		if z.fixed {
			if err := turn.Acquire(ctx); err != nil {
				return err
			}
			defer turn.Release()
		}
		state = v
		if err := z.io(ctx); err != nil { // the first handler
			return err
		}
		seen = append(seen, v) // the second one
		z.check(v == state, "handlers see %d where the state is %d", v, state)
		return nil
	}
	z.spawn(func(ctx context.Context) error { return emit(ctx, 1) })
	z.spawn(func(ctx context.Context) error {
		if err := z.calls(ctx, 3); err != nil {
			return err
		}
		return emit(ctx, 2)
	})
	z.join()
})

package zoo

import (
	"context"

	"github.com/gobaton/async"
)

// Several wait for the call that one of them makes; when that one is canceled,
// the others get its cancellation.
var _ = bug("single flight shares a cancellation", "Go's singleflight with contexts; DataLoader; asyncio gh-86296", func(z *zoo) {
	var flight *async.Task[int]
	call := func(ctx context.Context) (int, error) {
		err := z.io(ctx)
		return 42, err
	}
	get := func(ctx context.Context) error {
		for {
			if flight == nil || z.fixed && flight.Canceled() {
				flight = async.GoValue(ctx, call)
			}
			if !z.fixed {
				return flight.Wait(ctx)
			}
			_, err := async.Shield(ctx, flight)
			if err == nil || async.CurrentTask(ctx).Canceling() > 0 || !flight.Canceled() {
				return err
			}
		}
	}
	for n := range 2 {
		z.spawn(func(ctx context.Context) error {
			err := get(ctx)
			if err != nil && async.CurrentTask(ctx).Canceling() > 0 {
				return err
			}
			z.check(err == nil, "getter %d, which nobody canceled, fails: %v", n, err)
			return nil
		})
	}
	z.join()
	if flight != nil {
		_ = flight.Wait(z.ctx)
	}
})

package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// Work under a permit is canceled, and the release stands behind it.
var _ = bug("permit not released on cancel", "redis-py's and httpx's pools; every release without defer", func(z *zoo) {
	permits := primitives.NewSemaphore(2)
	for range 3 {
		z.spawn(func(ctx context.Context) error {
			if err := permits.Acquire(ctx); err != nil {
				return err
			}
			if z.fixed {
				defer permits.Release()
			}
			if err := z.io(ctx); err != nil {
				return err
			}
			if !z.fixed {
				permits.Release()
			}
			return nil
		})
	}
	z.join()
	first, second := permits.TryAcquire(), permits.TryAcquire()
	z.check(first && second, "a permit is lost")
})

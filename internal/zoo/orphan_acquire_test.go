package zoo

import (
	"context"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A lock is waited for in a task of its own, so that the wait can be given up,
// and that task gets the lock when nobody wants it any more.
var _ = bug("lock acquired by an orphan", "asyncio.wait_for with a shielded acquire, bpo-37658", func(z *zoo) {
	var lock primitives.Lock
	use := func(ctx context.Context) error {
		acquire := async.Go(ctx, func(ctx context.Context) error { return lock.Acquire(ctx) })
		if _, err := async.Shield(ctx, acquire); err != nil {
			if z.fixed {
				acquire.Cancel()
				if acquire.Wait(async.Uncancel(ctx)) == nil {
					lock.Release()
				}
			}
			return err
		}
		defer lock.Release()
		return z.io(ctx)
	}
	for range 2 {
		z.spawn(use)
	}
	z.join()
	_ = z.calls(z.ctx, 3)
	z.check(!lock.Locked(), "the lock is held, and nobody is there")
})

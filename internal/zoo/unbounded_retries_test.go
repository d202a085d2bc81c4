package zoo

import "context"

// A client tries again as long as a call fails, though nobody waits any more.
var _ = bug("unbounded retries", "retry storms; tenacity without a stop", func(z *zoo) {
	up, stopped := false, false
	z.spawn(func(ctx context.Context) error {
		for {
			if err := z.io(ctx); err != nil {
				return err
			}
			if up {
				return nil
			}
			if z.fixed && stopped {
				return nil
			}
		}
	})
	z.spawn(func(ctx context.Context) error {
		if stopped {
			return nil // the server does not come up during a shutdown
		}
		up = true
		return nil
	})
	_ = z.calls(z.ctx, 3)
	stopped = true
	z.join()
})

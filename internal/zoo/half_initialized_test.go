package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// A flag says "ready" before the last step of what makes it so.
var _ = bug("use of what is half initialized", "double-checked locking; lazy singletons", func(z *zoo) {
	started, config := false, ""
	var once primitives.Lock
	use := func(ctx context.Context) error {
		if z.fixed {
			if err := once.Acquire(ctx); err != nil {
				return err
			}
			defer once.Release()
			if config != "" {
				return nil
			}
		}
		if !started || z.fixed {
			started = true
			if err := z.io(ctx); err != nil { // loads it
				started = false
				return err
			}
			config = "loaded"
		}
		z.check(config != "", "used before it was loaded")
		return nil
	}
	z.spawn(use)
	z.spawn(func(ctx context.Context) error {
		if err := z.calls(ctx, 3); err != nil {
			return err
		}
		return use(ctx)
	})
	z.join()
})

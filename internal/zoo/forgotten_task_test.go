package zoo

import (
	"context"

	"github.com/gobaton/async"
)

// A background task is not awaited, and the program goes on when "it must be
// through by now".
var _ = bug("task that nobody awaits", "Python's create_task without a reference; goroutine leaks", func(z *zoo) {
	saved := false
	save := async.Go(z.ctx, func(ctx context.Context) error {
		err := z.io(ctx)
		saved = true
		return err
	})
	z.spawn(func(ctx context.Context) error {
		if err := z.calls(ctx, 3); err != nil {
			return err
		}
		if z.fixed {
			if err := save.Wait(ctx); err != nil {
				return err
			}
		}
		z.check(saved || save.Canceled(), "the session is closed before it was saved")
		return nil
	})
	z.join()
	_ = save.Wait(z.ctx)
})

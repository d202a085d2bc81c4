package zoo

import (
	"context"

	"github.com/gobaton/async"
)

// A function off the loop comes back when what it was for is closed.
var _ = bug("result of a thread after close", "run_in_executor; database drivers on threads", func(z *zoo) {
	closed := false
	z.spawn(func(ctx context.Context) error {
		err := async.ToThread(ctx, func(context.Context) error { return nil })
		if err != nil {
			return err
		}
		if z.fixed && closed {
			return nil
		}
		z.check(!closed, "a row is stored in a closed cursor")
		return nil
	})
	z.spawn(func(ctx context.Context) error {
		err := z.calls(ctx, 5)
		closed = true
		return err
	})
	z.join()
})

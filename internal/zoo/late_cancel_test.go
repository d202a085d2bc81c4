package zoo

import (
	"context"

	"github.com/gobaton/async"
)

// A result that came in time is thrown away, since its task was canceled before
// it ran: the caller is told of a failure, and what was made is never closed.
var _ = bug("resource lost on a late cancel", "asyncio's create_connection in wait_for; httpcore #642", func(z *zoo) {
	open := 0
	dial := func(ctx context.Context) (int, error) {
		open++
		if err := z.io(ctx); err != nil {
			open--
			return 0, err
		}
		return 1, nil
	}
	z.spawn(func(ctx context.Context) error {
		dialing := async.GoValue(ctx, dial)
		_, err := dialing.Await(ctx)
		if err != nil {
			if z.fixed {
				if _, late := dialing.Result(); late == nil {
					open--
				}
			}
			return err
		}
		open-- // closes it
		return nil
	})
	z.join()
	z.check(open == 0, "%d connections are open at the end", open)
})

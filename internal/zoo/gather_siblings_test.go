package zoo

import (
	"context"
	"errors"

	"github.com/gobaton/async"
)

// Gather returns with the first error, and the siblings of what failed work on
// with what is closed by then.
var _ = bug("siblings of a failed gather live on", "asyncio.gather; what TaskGroup was made for", func(z *zoo) {
	closed := false
	fetch := func(n int, err error) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			if failed := z.calls(ctx, n); failed != nil {
				return failed
			}
			z.check(!closed, "a session is used after it was closed")
			return err
		}
	}
	failed := errors.New("not found")
	z.spawn(func(ctx context.Context) error {
		defer func() { closed = true }()
		if z.fixed {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(fetch(2, nil))
				tg.Go(fetch(3, failed))
				return nil
			})
		}
		_, err := async.Gather(ctx, async.Func(fetch(2, nil)), async.Func(fetch(3, failed)))
		return err
	})
	z.join()
})

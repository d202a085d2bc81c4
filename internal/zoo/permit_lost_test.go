package zoo

import (
	"context"

	"github.com/gobaton/async"
)

// A semaphore hands its permit to a waiter that is canceled before it runs.
var _ = bug("permit lost on a cancelled acquire", "asyncio bpo-45997, gh-90155; tokio's early semaphores", func(z *zoo) {
	free := 1
	var line []*async.Future[async.Void]
	release := func() {
		for len(line) > 0 {
			turn := line[0]
			line = line[1:]
			if turn.SetResult(async.Void{}) == nil {
				return
			}
		}
		free++
	}
	acquire := func(ctx context.Context) error {
		if free > 0 {
			free--
			return nil
		}
		turn := async.NewFuture[async.Void](ctx)
		line = append(line, turn)
		err := turn.Wait(ctx)
		if err != nil && z.fixed && !turn.Canceled() {
			release()
		}
		return err
	}
	for range 3 {
		z.spawn(func(ctx context.Context) error {
			if err := acquire(ctx); err != nil {
				return err
			}
			defer release()
			return z.io(ctx)
		})
	}
	z.join()
	z.check(free == 1, "%d permits are free at the end", free)
})

package zoo

import (
	"context"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// A waiter that is notified and canceled at once takes the notification along.
var _ = bug("notification lost with its waiter", "asyncio.Condition, gh-112202; POSIX's rule on cancelled waits", func(z *zoo) {
	var waiters []*async.Future[async.Void]
	items := 0
	notify := func() {
		for len(waiters) > 0 {
			w := waiters[0]
			waiters = waiters[1:]
			if w.SetResult(async.Void{}) == nil {
				return
			}
		}
	}
	take := func(ctx context.Context) error {
		for items == 0 {
			w := async.NewFuture[async.Void](ctx)
			waiters = append(waiters, w)
			if err := w.Wait(ctx); err != nil {
				if z.fixed && !w.Canceled() {
					notify()
				}
				return err
			}
		}
		items--
		return nil
	}
	first, second := z.spawn(take), z.spawn(take)
	_ = z.calls(z.ctx, 3)
	items++
	notify()
	_ = asynctest.WaitIdle(z.ctx)
	waits := !first.Done() || !second.Done()
	z.check(items == 0 || !waits, "an item is there, and a task waits for it")
	first.Cancel()
	second.Cancel()
	z.join()
})

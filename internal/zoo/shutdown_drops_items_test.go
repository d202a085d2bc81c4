package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// A consumer ends when it is told so, whatever the queue still holds.
var _ = bug("shutdown drops what is queued", "logging's QueueListener; asyncio's Queue before shutdown()", func(z *zoo) {
	queue := primitives.NewQueue[int](0)
	stopped, put, got := false, 0, 0
	z.spawn(func(ctx context.Context) error {
		for !stopped || z.fixed && !queue.Empty() {
			for !queue.Empty() {
				if _, err := queue.GetNowait(); err != nil {
					return err
				}
				got++
				if err := z.io(ctx); err != nil {
					put = got + queue.Qsize() // killed, not told to stop
					queue.Shutdown(true)
					return err
				}
				if stopped && !z.fixed {
					return nil
				}
			}
			if err := z.io(ctx); err != nil {
				put = got + queue.Qsize()
				queue.Shutdown(true)
				return err
			}
		}
		return nil
	})
	for range 2 {
		if queue.PutNowait(1) == nil {
			put++
		}
		_ = z.calls(z.ctx, 3)
	}
	stopped = true
	worker := z.tasks[0]
	_ = worker.Wait(z.ctx)
	z.check(worker.Canceled() || got == put, "%d items were put, and %d were handled", put, got)
})

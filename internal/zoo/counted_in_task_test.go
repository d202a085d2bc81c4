package zoo

import (
	"context"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A task counts itself when it begins, and the one that waits for the count to
// fall to zero looks before it has begun.
var _ = bug("wait group counted too late", "sync.WaitGroup's Add inside of the goroutine", func(z *zoo) {
	running, done := 0, 0
	var idle primitives.Condition
	worker := func(ctx context.Context) error {
		if !z.fixed {
			running++
		}
		err := z.io(ctx)
		done++
		running--
		if lock := async.Uncancel(ctx); idle.Acquire(lock) == nil {
			idle.NotifyAll()
			idle.Release()
		}
		return err
	}
	for range 2 {
		if z.fixed {
			running++
		}
		z.spawn(worker)
	}
	waiter := async.Go(z.ctx, func(ctx context.Context) error {
		return idle.With(ctx, func(ctx context.Context) error {
			return idle.WaitFor(ctx, func() bool { return running == 0 })
		})
	})
	err := waiter.Wait(z.ctx)
	z.check(err != nil || done == 2, "it went on when %d of 2 workers were done", done)
	z.join()
})

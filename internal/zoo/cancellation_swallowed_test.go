package zoo

import (
	"context"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A worker takes every error of a job for the job's, a cancellation too, and
// goes on: whoever has asked it to stop waits for ever.
var _ = bug("cancellation swallowed", "asyncio's except Exception before 3.8; aiohttp #2168; wait_for, bpo-37658", func(z *zoo) {
	jobs := primitives.NewQueue[int](0)
	worker := z.spawn(func(ctx context.Context) error {
		for {
			if _, err := jobs.Get(ctx); err != nil {
				return err
			}
			if err := z.io(ctx); err != nil {
				if z.fixed {
					return err
				}
				ctx = async.Uncancel(ctx) // "the job has failed, the next one"
			}
		}
	})
	_ = jobs.PutNowait(1)
	_ = z.calls(z.ctx, 4)
	worker.Cancel()
	z.join()
})

package zoo

import (
	"context"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A job that is canceled is not marked as done, and Join waits for it.
var _ = bug("task_done skipped on cancel", "asyncio.Queue.join; celery's acks", func(z *zoo) {
	jobs := primitives.NewQueue[int](0)
	for n := range 2 {
		_ = jobs.PutNowait(n)
	}
	worker := func(ctx context.Context) error {
		for !jobs.Empty() {
			if _, err := jobs.GetNowait(); err != nil {
				return err
			}
			if z.fixed {
				if err := func() error { defer jobs.TaskDone(); return z.io(ctx) }(); err != nil {
					continue
				}
				continue
			}
			if err := z.io(ctx); err != nil {
				continue
			}
			jobs.TaskDone()
		}
		return nil
	}
	z.spawn(worker)
	z.spawn(worker)
	z.join()
	if !jobs.Empty() {
		return // both were canceled before they began
	}
	z.check(joins(z.ctx, jobs), "a job is not done")
})

func joins(ctx context.Context, jobs *primitives.Queue[int]) bool {
	return async.Timeout(ctx, time.Hour, jobs.Join) == nil
}

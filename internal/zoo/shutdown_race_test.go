package zoo

import (
	"context"
	"errors"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A job is put into a queue whose worker has just looked for the last time.
var _ = bug("job submitted during shutdown", "concurrent.futures bpo-39104; every hand-made executor", func(z *zoo) {
	var jobs []*async.Future[int]
	closed := false
	var wake primitives.Event
	submit := func(ctx context.Context) (int, error) {
		if closed {
			return 0, errors.New("closed")
		}
		job := async.NewFuture[int](ctx)
		if !z.fixed {
			if err := z.io(ctx); err != nil { // encodes it
				return 0, err
			}
		}
		jobs = append(jobs, job)
		wake.Set()
		return job.Await(ctx)
	}
	z.spawn(func(ctx context.Context) error { // the worker
		for {
			for len(jobs) > 0 {
				_ = jobs[0].SetResult(1)
				jobs = jobs[1:]
			}
			if closed {
				return nil
			}
			wake.Clear()
			if err := wake.Wait(ctx); err != nil {
				return err
			}
		}
	})
	z.spawn(func(ctx context.Context) error {
		_, _ = submit(ctx)
		return nil
	})
	_ = z.calls(z.ctx, 4)
	closed = true
	wake.Set()
	z.join()
})

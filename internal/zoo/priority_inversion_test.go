package zoo

import (
	"context"
	"slices"

	"github.com/gobaton/async/primitives"
)

// A dispatcher takes the next job, waits until there is room for it, and runs
// it: one that is more urgent and came meanwhile waits behind it.
var _ = bug("priority inversion", "Mars Pathfinder, 1997; every scheduler that picks before it waits", func(z *zoo) {
	jobs := primitives.NewPriorityQueue[int](0, func(a, b int) bool { return a < b })
	room := primitives.NewSemaphore(1)
	var order []int
	_ = jobs.PutNowait(5)
	urgentSince := -1
	z.spawn(func(ctx context.Context) error {
		for range 2 {
			if z.fixed {
				if err := room.Acquire(ctx); err != nil {
					return err
				}
			}
			job, err := jobs.Get(ctx)
			if err != nil {
				return err
			}
			if !z.fixed {
				if err := z.io(ctx); err != nil { // until there is room
					return err
				}
			}
			z.check(job == 1 || urgentSince < 0 || slices.Contains(order, 1), "job %d runs before an urgent one", job)
			order = append(order, job)
			if z.fixed {
				room.Release()
			}
			if err := z.io(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	z.spawn(func(ctx context.Context) error {
		if err := z.calls(ctx, 3); err != nil {
			return err
		}
		urgentSince = len(order)
		return jobs.PutNowait(1)
	})
	for _, task := range z.tasks[1:] {
		_ = task.Wait(z.ctx)
	}
	_ = z.calls(z.ctx, 4)
	z.tasks[0].Cancel()
	z.join()
})

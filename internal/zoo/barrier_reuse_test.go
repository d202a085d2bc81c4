package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// A barrier is reset by the last to leave, and a fast task comes round again
// before the slow one has left.
var _ = bug("barrier reused too early", "the little book of semaphores; glibc's pthread_barrier", func(z *zoo) {
	const parties = 2
	count, generation := 0, 0
	var open primitives.Event
	good := primitives.NewBarrier(parties)
	wait := func(ctx context.Context) error {
		if z.fixed {
			_, err := good.Wait(ctx)
			return err
		}
		if count++; count == parties {
			generation++
			open.Set()
		}
		if err := open.Wait(ctx); err != nil {
			return err
		}
		if err := z.io(ctx); err != nil {
			return err
		}
		if count--; count == 0 {
			open.Clear()
		}
		return nil
	}
	var round [parties]int
	for n := range parties {
		z.spawn(func(ctx context.Context) error {
			for range 2 {
				if err := wait(ctx); err != nil {
					return err
				}
				round[n]++
				z.check(max(round[0], round[1])-min(round[0], round[1]) <= 1, "one is a round ahead: %v", round)
				if err := z.calls(ctx, 3); err != nil {
					return err
				}
			}
			return nil
		})
	}
	z.join()
})

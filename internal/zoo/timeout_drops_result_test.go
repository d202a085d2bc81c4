package zoo

import (
	"context"
	"errors"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A timeout ends the wait for an item when the item is taken already, and only
// its delivery is under way.
var _ = bug("timeout drops a result", "asyncio.wait_for around queue.get, bpo-42130, bpo-37658", func(z *zoo) {
	items := primitives.NewQueue[int](0)
	got := 0
	receive := func(ctx context.Context) (int, error) {
		v, err := items.Get(ctx)
		if err != nil {
			return 0, err
		}
		if z.fixed {
			got++ // it counts as got from here on, whatever comes
			_ = z.io(async.Uncancel(ctx))
			return v, nil
		}
		if err := z.io(ctx); err != nil { // acknowledges
			return 0, err
		}
		got++
		return v, nil
	}
	z.spawn(func(ctx context.Context) error {
		_, err := async.WaitFor(ctx, async.Coro[int](receive), time.Second)
		if errors.Is(err, async.ErrTimeout) {
			return nil
		}
		return err
	})
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 2)
		return items.PutNowait(1)
	})
	z.join()
	z.check(got+items.Qsize() <= 1 && (got == 1 || items.Qsize() == 1 || z.tasks[1].Canceled()), "the item is lost")
})

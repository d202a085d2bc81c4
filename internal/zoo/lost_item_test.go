package zoo

import (
	"context"

	"github.com/gobaton/async"
)

// A queue hands an item to a getter that is canceled before it runs: the item
// is gone.
var _ = bug("item lost on a cancelled get", "asyncio.Queue before 3.4.4; janus; many hand-made queues", func(z *zoo) {
	var items []int
	var getters []*async.Future[int]
	put := func(v int) {
		for len(getters) > 0 {
			g := getters[0]
			getters = getters[1:]
			if g.SetResult(v) == nil {
				return
			}
		}
		items = append(items, v)
	}
	get := func(ctx context.Context) (int, error) {
		if len(items) > 0 {
			v := items[0]
			items = items[1:]
			return v, nil
		}
		g := async.NewFuture[int](ctx)
		getters = append(getters, g)
		v, err := g.Await(ctx)
		if err != nil && z.fixed && !g.Canceled() {
			v, _ = g.Result()
			put(v)
		}
		return v, err
	}
	got := 0
	for range 2 {
		z.spawn(func(ctx context.Context) error {
			_, err := get(ctx)
			if err == nil {
				got++
			}
			return err
		})
	}
	_ = z.calls(z.ctx, 2)
	put(1)
	put(2)
	z.join()
	z.check(got+len(items) == 2, "of 2 items %d were got and %d are left", got, len(items))
})

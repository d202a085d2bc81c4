package zoo

import (
	"context"

	"github.com/gobaton/async"
)

// A value that has run out is computed by every task that finds it so, not by
// one of them.
var _ = bug("cache stampede", "Facebook's memcache; functools.lru_cache around coroutines", func(z *zoo) {
	var value *async.Future[int]
	computed := 0
	compute := func(ctx context.Context) (int, error) {
		computed++
		err := z.io(ctx)
		return 42, err
	}
	cached := 0
	get := func(ctx context.Context) error {
		if !z.fixed {
			if cached == 0 {
				v, err := compute(ctx)
				cached = v
				return err
			}
			return nil
		}
		if value == nil {
			value = async.NewFuture[int](ctx)
			v, _ := compute(ctx)
			return value.SetResult(v)
		}
		return value.Wait(ctx)
	}
	for n := range 3 {
		z.spawn(func(ctx context.Context) error {
			if err := z.calls(ctx, 3*n); err != nil {
				return err
			}
			return get(ctx)
		})
	}
	z.join()
	z.check(computed <= 1, "computed %d times", computed)
})

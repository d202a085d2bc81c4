package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// A permit is released where the work fails, and once more where it ends.
var _ = bug("double release", "connection pools: urllib3 #644, psycopg_pool", func(z *zoo) {
	permits := primitives.NewSemaphore(1)
	running, most := 0, 0
	for range 3 {
		z.spawn(func(ctx context.Context) error {
			if err := permits.Acquire(ctx); err != nil {
				return err
			}
			defer permits.Release()
			running++
			most = max(most, running)
			err := z.io(ctx)
			running--
			if err != nil && !z.fixed {
				permits.Release()
			}
			return err
		})
	}
	z.join()
	z.check(permits.TryAcquire() && !permits.TryAcquire(), "there are more permits than one")
	z.check(most <= 1, "%d tasks worked at once", most)
})

package zoo

import (
	"context"

	"github.com/gobaton/async"
)

// An answer and a connection's end both settle the future of a request.
var _ = bug("future settled twice", "asyncio's InvalidStateError in aiomysql, aioredis, pyppeteer", func(z *zoo) {
	pending := async.NewFuture[int](z.ctx)
	settled := 0
	settle := func(ctx context.Context, n int) error {
		if pending.Done() {
			return nil
		}
		if err := z.io(ctx); err != nil { // decodes
			return err
		}
		if z.fixed && pending.Done() {
			return nil
		}
		settled++
		return pending.SetResult(n)
	}
	z.spawn(func(ctx context.Context) error { return settle(ctx, 1) })
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 3)
		return settle(ctx, 2)
	})
	z.join()
	z.check(settled <= 1, "the future was settled %d times", settled)
})

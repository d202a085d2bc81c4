package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// Requests go over one connection, and answers come in their order: one that is
// canceled between its request and its answer leaves an answer behind, which
// the next one takes for its own.
var _ = bug("answers crossed after a cancel", "redis-py #2665, March 2023", func(z *zoo) {
	var wire []int
	broken := false
	var lock primitives.Lock
	request := func(ctx context.Context, n int) error {
		return lock.With(ctx, func(ctx context.Context) error {
			if broken {
				wire, broken = nil, false // connects anew
			}
			wire = append(wire, n)
			if err := z.io(ctx); err != nil {
				broken = z.fixed
				return err
			}
			answer := wire[0]
			wire = wire[1:]
			z.check(answer == n, "request %d got the answer to request %d", n, answer)
			return nil
		})
	}
	for n := range 3 {
		z.spawn(func(ctx context.Context) error { return request(ctx, n) })
	}
	z.join()
})

package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// Each of three tasks holds one fork and waits for the next one's.
var _ = bug("dining philosophers", "Dijkstra, 1965", func(z *zoo) {
	const n = 3
	var forks [n]primitives.Lock
	for i := range n {
		z.spawn(func(ctx context.Context) error {
			_ = z.calls(ctx, 4*i)
			first, second := i, (i+1)%n
			if z.fixed {
				first, second = min(first, second), max(first, second)
			}
			return forks[first].With(ctx, func(ctx context.Context) error {
				if err := z.io(ctx); err != nil {
					return err
				}
				return forks[second].With(ctx, z.io)
			})
		})
	}
	z.join()
})

package zoo

import (
	"context"
)

// A pool looks whether a connection is alive, waits, and hands it out: the
// server has closed it meanwhile.
var _ = bug("pool hands out a closed connection", "HikariCP, DBCP's testOnBorrow, redis-py #3000", func(z *zoo) {
	type conn struct{ closed bool }
	idle := []*conn{{}}
	get := func(ctx context.Context) (*conn, error) {
		if len(idle) == 0 {
			return &conn{}, nil
		}
		c := idle[0]
		if !z.fixed {
			if c.closed {
				return &conn{}, nil
			}
			if err := z.io(ctx); err != nil { // waits for its turn
				return nil, err
			}
			return c, nil
		}
		if err := z.io(ctx); err != nil {
			return nil, err
		}
		if c.closed {
			return &conn{}, nil
		}
		return c, nil
	}
	z.spawn(func(ctx context.Context) error {
		c, err := get(ctx)
		if err == nil {
			z.check(!c.closed, "the connection is closed")
		}
		return err
	})
	z.spawn(func(ctx context.Context) error {
		if err := z.calls(ctx, 3); err != nil {
			return err
		}
		for _, c := range idle {
			c.closed = true
		}
		return nil
	})
	z.join()
})

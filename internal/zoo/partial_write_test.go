package zoo

import (
	"context"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A frame is written in two parts, and another one's comes in between.
var _ = bug("interleaved writes", "websocket frames; asyncio's StreamWriter.drain used by two tasks", func(z *zoo) {
	var wire []string
	var lock primitives.Lock
	write := func(ctx context.Context, name string) error {
		if z.fixed {
			if err := lock.Acquire(ctx); err != nil {
				return err
			}
			defer lock.Release()
		}
		wire = append(wire, name+" head")
		if err := z.io(async.Uncancel(ctx)); err != nil {
			return err
		}
		z.check(wire[len(wire)-1] == name+" head", "the head of %s is followed by %s", name, wire[len(wire)-1])
		wire = append(wire, name+" body")
		return nil
	}
	z.spawn(func(ctx context.Context) error { return write(ctx, "a") })
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 3)
		return write(ctx, "b")
	})
	z.join()
})

package zoo

import (
	"context"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A heartbeat has seen that the connection is open, waits for its turn, and
// writes when it is closed.
var _ = bug("heartbeat writes after close", "websockets, aiohttp's ClientWebSocketResponse", func(z *zoo) {
	closed := false
	var lock primitives.Lock
	beat := z.spawn(func(ctx context.Context) error {
		for !closed {
			if err := lock.Acquire(ctx); err != nil {
				return err
			}
			if z.fixed && closed {
				lock.Release()
				return nil
			}
			z.check(!closed, "written after close")
			lock.Release()
			if err := async.Sleep(ctx, time.Second); err != nil {
				return err
			}
		}
		return nil
	})
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 2)
		if err := lock.Acquire(ctx); err != nil {
			return err
		}
		err := z.io(ctx) // says goodbye
		closed = true
		lock.Release()
		return err
	})
	_ = async.Sleep(z.ctx, 3*time.Second)
	beat.Cancel()
	z.join()
})

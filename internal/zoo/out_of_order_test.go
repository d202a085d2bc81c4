package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// A message gets its number, is encoded, and is written: one with a later
// number overtakes it.
var _ = bug("messages out of order", "nonces of SSH, TLS and blockchain clients", func(z *zoo) {
	next, last := 0, 0
	var lock primitives.Lock
	send := func(ctx context.Context) error {
		if z.fixed {
			if err := lock.Acquire(ctx); err != nil {
				return err
			}
			defer lock.Release()
		}
		next++
		n := next
		if err := z.io(ctx); err != nil { // encodes
			return err
		}
		z.check(n > last, "message %d is written after message %d", n, last)
		last = n
		return nil
	}
	z.spawn(send)
	z.spawn(send)
	z.join()
})

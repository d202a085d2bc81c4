package zoo

import (
	"context"

	"github.com/gobaton/async/asynctest"
)

// One read is taken for a whole message; the network may give less.
var _ = bug("short read", "every socket tutorial's first bug", func(z *zoo) {
	message := "hello"
	read := func(ctx context.Context, max int) (string, error) {
		n := max - asynctest.Choose(ctx, max)
		part := message[:n]
		message = message[n:]
		return part, z.io(ctx)
	}
	z.spawn(func(ctx context.Context) error {
		got := ""
		for len(got) < 5 {
			part, err := read(ctx, 5-len(got))
			if err != nil {
				return err
			}
			if got += part; !z.fixed {
				break
			}
		}
		z.check(got == "hello", "got %q", got)
		return nil
	})
	z.join()
})

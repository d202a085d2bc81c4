package zoo

import (
	"context"
)

// Two tasks close a connection, and both find it open.
var _ = bug("teardown runs twice", "aiohttp's ClientSession.close; reentrancy of state machines", func(z *zoo) {
	open, teardowns := true, 0
	closeIt := func(ctx context.Context) error {
		if !open {
			return nil
		}
		if z.fixed {
			open = false
		}
		if err := z.io(ctx); err != nil { // says goodbye
			return err
		}
		open = false
		teardowns++
		return nil
	}
	z.spawn(closeIt)
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 3)
		return closeIt(ctx)
	})
	z.join()
	z.check(teardowns <= 1, "torn down %d times", teardowns)
})

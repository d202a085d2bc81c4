package zoo

import (
	"context"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A reader looks at the end of the stream before it looks at the buffer: what
// came with the end is lost.
var _ = bug("end of stream overtakes data", "asyncio's StreamReader, bpo-24873; subprocess pipes", func(z *zoo) {
	var buffer []int
	eof, sent, got := false, 0, 0
	var more primitives.Event
	z.spawn(func(ctx context.Context) error {
		for {
			if eof && (!z.fixed || len(buffer) == 0) {
				return nil
			}
			if len(buffer) > 0 {
				buffer = buffer[1:]
				got++
			} else {
				more.Clear()
				if err := more.Wait(ctx); err != nil {
					sent = got
					return err
				}
			}
			if err := z.io(ctx); err != nil {
				got = sent // it gives up
				return err
			}
		}
	})
	z.spawn(func(ctx context.Context) error {
		defer more.Set()
		for range 2 {
			if err := z.calls(ctx, 4); err != nil {
				break
			}
			buffer = append(buffer, 1)
			sent++
			more.Set()
		}
		_ = z.calls(async.Uncancel(ctx), 4)
		eof = true
		return nil
	})
	z.join()
	z.check(got == sent || z.tasks[0].Canceled(), "%d of %d were received", got, sent)
})

package zoo

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// An event is set and cleared at once, as a pulse: a task that is about to wait
// misses it.
var _ = bug("pulsed event is missed", "Win32's PulseEvent, which is deprecated for this", func(z *zoo) {
	var event primitives.Event
	fired := false
	z.spawn(func(ctx context.Context) error {
		if err := z.io(ctx); err != nil {
			return err
		}
		if z.fixed && fired {
			return nil
		}
		return event.Wait(ctx)
	})
	z.spawn(func(ctx context.Context) error {
		_ = z.calls(ctx, 3)
		fired = true
		event.Set()
		event.Clear()
		return nil
	})
	z.join()
})

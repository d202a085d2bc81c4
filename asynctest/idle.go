package asynctest

import (
	"context"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// WaitIdle suspends until all other tasks are blocked: none is ready, and no
// work is out that will come back. No time passes. Several tasks that wait so
// go on one after the other, in the order they came, each when all is idle
// again.
//
// If ctx is canceled first, WaitIdle returns its error.
func WaitIdle(ctx context.Context) error { return sched.Enter(ctx).AwaitIdle() }

// Advance suspends until the loop's virtual time has moved on by d and all that
// fell due until then has been done, as far as it can be without more time.
//
// If ctx is canceled first, Advance returns its error. It panics where time is
// not virtual.
func Advance(ctx context.Context, d time.Duration) error {
	p := sched.Enter(ctx)
	if !sched.Of(ctx).Clock().Virtual() {
		panic("asynctest: Advance on a clock that cannot be moved: use asynctest.Run, or give the Runner an asynctest.NewClock")
	}
	if err := sched.Sleep(ctx, d); err != nil {
		return err
	}
	return p.AwaitIdle()
}

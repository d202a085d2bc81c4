package asynctest

import (
	"context"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// Spend lets d pass by the loop's clock in a function that runs off the loop,
// and blocks it meanwhile: a function that takes so long. ctx is the
// function's. In virtual time that takes no time, and other functions that are
// done earlier by the clock come back earlier.
//
// It returns ctx's cause if nobody waits for the function any more. It panics
// where ctx is of no function off the loop; a task sleeps with async.Sleep.
func Spend(ctx context.Context, d time.Duration) error { return sched.OffloadSleep(ctx, d) }

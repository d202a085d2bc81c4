package asynctest

import (
	"context"
	"os"

	"github.com/gobaton/async/internal/sched"
)

// Signal lets ctx's loop hear of a signal as if the process had received it,
// but at once, and nobody else does: what AddSignalHandler has set for it is
// called with the next iteration. It reports whether there is such a handler,
// and never suspends.
func Signal(ctx context.Context, sig os.Signal) bool { return sched.Of(ctx).Signal(sig) }

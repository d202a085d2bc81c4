package asynctest

import (
	"context"

	"github.com/gobaton/async/internal/explore"
)

// Choose returns a number from 0 to n-1, for what a fake leaves open: how many
// bytes a read gives, which of several answers comes. Under [Explore] the
// schedule decides it, so that all choices are tried, and a failure's choices
// are shown, made as few as they can be, and made again in its replay.
// Everywhere else Choose returns 0, the usual case. It never suspends.
//
// It panics where ctx is not that of the running task.
func Choose(ctx context.Context, n int) int { return explore.Choose(ctx, n) }

// Fail returns err or nil, as the schedule of [Explore] decides, and nil
// everywhere else: the fault of a fake. It never suspends.
//
// It panics where ctx is not that of the running task.
func Fail(ctx context.Context, err error) error {
	if explore.Choose(ctx, 2) == 1 {
		return err
	}
	return nil
}

package asynctest

import "github.com/gobaton/async/internal/clock"

// NewClock returns a clock in virtual time: it stands still while anything
// runs, and jumps to the next timer when nothing does. It starts at midnight
// UTC on 2000-01-01. Give it to async.Runner.Clock, as Examples do.
func NewClock() *clock.Virtual { return clock.NewVirtual() }

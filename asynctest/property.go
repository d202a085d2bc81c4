package asynctest

import (
	"context"

	"github.com/gobaton/async/internal/explore"
)

// Always fails the test if holds returns false now, or at any time when the
// baton passes while the test runs: whenever a task suspends or ends. name
// names the property in the report. holds must not suspend, and Always never
// does.
//
// It is for tasks of [Run] and [Explore], and panics elsewhere.
func Always(ctx context.Context, name string, holds func() bool) {
	explore.TesterOf(ctx, "Always").Always(name, holds)
}

// Eventually fails the test if holds has not returned true by the time the test
// ends, at any of the moments at which [Always] looks. It never suspends.
//
// It is for tasks of [Run] and [Explore], and panics elsewhere.
func Eventually(ctx context.Context, name string, holds func() bool) {
	explore.TesterOf(ctx, "Eventually").Eventually(name, holds)
}

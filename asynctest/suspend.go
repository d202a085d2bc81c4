package asynctest

import (
	"context"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// MustSuspend runs f and fails the test if the task of ctx did not suspend
// meanwhile: so other tasks had their chance. It suspends when f does.
func MustSuspend(t testing.TB, ctx context.Context, f func()) {
	t.Helper()
	if suspensions(ctx, f) == 0 {
		t.Errorf("asynctest: the function did not suspend: no other task could run")
	}
}

// MustNotSuspend runs f and fails the test if the task of ctx suspended
// meanwhile: so nothing else can have changed.
func MustNotSuspend(t testing.TB, ctx context.Context, f func()) {
	t.Helper()
	if n := suspensions(ctx, f); n > 0 {
		t.Errorf("asynctest: the function suspended %d times: other tasks could run", n)
	}
}

// suspensions counts how often the task of ctx suspends while f runs.
func suspensions(ctx context.Context, f func()) int {
	c := &counter{task: sched.Enter(ctx).Task()}
	defer c.task.Loop().Observe(c)()
	f()
	return c.n
}

// counter counts the suspensions of a task.
type counter struct {
	sched.IgnoreEvents
	task *sched.Task
	n    int
}

// Suspended counts.
func (c *counter) Suspended(t *sched.Task) {
	if t == c.task {
		c.n++
	}
}

package asynctest

import (
	"context"
	"fmt"

	"github.com/gobaton/async/internal/sched"
)

// spawn starts f as a task of ctx's loop.
func spawn(ctx context.Context, what string, f func(ctx context.Context) error) *sched.Task {
	t := new(sched.Task)
	sched.Of(ctx).Start(t, ctx, body{what, f})
	return t
}

// spawnSpared does what spawn does, for a task that Explore never cancels.
func spawnSpared(ctx context.Context, what string, f func(ctx context.Context) error) *sched.Task {
	t := new(sched.Task)
	sched.Of(ctx).Start(t, ctx, spared{body{what, f}})
	return t
}

type spared struct{ body }

// Spared says that the task is not to be canceled.
func (spared) Spared() {}

// cancelAll cancels those of tasks that have not ended, and waits for them.
func cancelAll(ctx context.Context, tasks []*sched.Task) {
	for _, t := range tasks {
		t.Cancel(nil)
	}
	for _, t := range tasks {
		_ = t.Await(sched.Enter(ctx), t)
	}
}

// nameOf returns the name of the task whose own context ctx is.
func nameOf(ctx context.Context) string { return fmt.Sprint(ctx) }

// body is a function as what a task runs.
type body struct {
	what string
	f    func(ctx context.Context) error
}

// Run runs the function. It is called by the scheduler.
func (b body) Run(t *sched.Task) error { return b.f(t) }

// Describe names the function. It is called by the scheduler.
func (b body) Describe() string { return b.what }

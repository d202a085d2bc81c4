package testkit

import "context"

// A GoExecutor runs each function on a goroutine of its own.
type GoExecutor struct{}

// Execute starts a goroutine.
func (GoExecutor) Execute(ctx context.Context, run func(ctx context.Context)) error {
	go run(ctx)
	return nil
}

// Shutdown does nothing.
func (GoExecutor) Shutdown(context.Context) error { return nil }

// A BadExecutor's Execute may do with a function what it must not.
type BadExecutor struct {
	GoExecutor
	Bad func(run func()) // Execute, with the function bound to its ctx
}

// Execute calls Bad.
func (e BadExecutor) Execute(ctx context.Context, run func(ctx context.Context)) error {
	e.Bad(func() { run(ctx) })
	return nil
}

package testkit

import (
	"context"

	"github.com/gobaton/async"
)

// A Key is the key of a context's value.
type Key string

// Child returns a context of the standard library that ends with its parent.
func Child(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	_ = cancel
	return ctx
}

// SelfCancel cancels the task of ctx.
func SelfCancel(ctx context.Context) { async.CurrentTask(ctx).CancelCause(ErrBoom) }

package testkit

import "context"

// A Key is the key of a context's value.
type Key string

// Child returns a context of the standard library that ends with its parent.
func Child(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	_ = cancel
	return ctx
}

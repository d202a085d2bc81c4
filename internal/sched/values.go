package sched

import "context"

// valuesIn is a context of a loop with the values of another context.
type valuesIn struct {
	context.Context
	loop *Loop
}

// WithValues returns l's context with ctx's values in place of its own, for
// tasks that are started with it. It may be called from any goroutine.
func (l *Loop) WithValues(ctx context.Context) context.Context {
	if ctx != context.Background() {
		ctx = context.WithoutCancel(ctx)
	}
	return &valuesIn{ctx, l}
}

// Value returns l for who looks for the loop, and else ctx's value.
func (v *valuesIn) Value(k any) any {
	if _, ok := k.(key); ok {
		return v.loop
	}
	return v.Context.Value(k)
}

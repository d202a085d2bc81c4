package sched

import "context"

// ValuesIn is a context of a loop with the values of another context, for tasks
// that are started with it.
type ValuesIn struct {
	context.Context
	loop *Loop
}

// Init makes v l's context with ctx's values in place of its own. It may be
// called from any goroutine.
func (v *ValuesIn) Init(l *Loop, ctx context.Context) {
	if ctx != context.Background() {
		ctx = context.WithoutCancel(ctx)
	}
	v.Context, v.loop = ctx, l
}

// Value returns the loop for who looks for it, and else the other context's
// value.
func (v *ValuesIn) Value(k any) any {
	if _, ok := k.(key); ok {
		return v.loop
	}
	return v.Context.Value(k)
}

// named is a context with the name of the tasks that are started with it. The
// name is not one of its values: those are inherited by the tasks that these
// start in turn.
type named struct {
	context.Context
	name string
}

// Named returns ctx with a name for the tasks that are started with it.
func Named(ctx context.Context, name string) context.Context {
	if ctx == nil {
		panic(nilContext)
	}
	return &named{ctx, name}
}

package sched

import "context"

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

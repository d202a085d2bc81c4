package sched

import "context"

// SetExecutor notes what runs o.
func (o *Offload) SetExecutor(executor any) { o.executor = executor }

// ExecutorOf returns what runs the function that ctx was given to; nil if
// nobody said, or it was given to none.
func ExecutorOf(ctx context.Context) any {
	if c, ok := ctx.Value(key{}).(*offContext); ok {
		return c.of.executor
	}
	return nil
}

// Inside reports whether ctx comes from a function that executor runs, be it
// through loops that run in there.
func Inside(ctx context.Context, executor any) bool {
	for {
		switch c := ctx.Value(key{}).(type) {
		case *offContext:
			if c.of.executor == executor {
				return true
			}
			ctx = valuesOf(c.from)
		case *Task:
			ctx = c.values
		case *Scope:
			ctx = c.task.values
		case *Loop:
			ctx = c.values
		default:
			return false
		}
	}
}

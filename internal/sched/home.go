package sched

import "context"

// SetHome notes who runs o.
func (o *Offload) SetHome(home any) { o.home = home }

// HomeOf is who runs the function that ctx was given to; nil if nobody said, or it was given to none.
func HomeOf(ctx context.Context) any {
	if c, ok := ctx.Value(key{}).(*offContext); ok {
		return c.of.home
	}
	return nil
}

// Inside reports whether ctx comes from a function that home runs, be it through loops that run in there.
func Inside(ctx context.Context, home any) bool {
	for {
		switch c := ctx.Value(key{}).(type) {
		case *offContext:
			if c.of.home == home {
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

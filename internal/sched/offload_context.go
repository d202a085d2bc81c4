package sched

import (
	"context"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"
)

// offContext is the context of an offload's function: it has the values of
// where that was handed over, is done when nobody waits for the function any
// more, and is no task's. Its methods may be called from any goroutine.
type offContext struct {
	of    *Offload
	from  context.Context            // where the function was handed over
	std   atomic.Pointer[stdContext] // made when somebody asks for Done
	mu    sync.Mutex                 // guards what is below
	done  atomic.Bool                // read without it too
	cause error
}

// serves reports whether a function handed over in ctx may have c too: nobody
// has looked at c, and so nobody will learn from it what concerns the other
// function.
func (c *offContext) serves(ctx context.Context) bool {
	switch ctx.(type) {
	case *Task, *Scope: // others need not be comparable
		return c.from == ctx && c.std.Load() == nil && !c.done.Load()
	}
	return false
}

// finish ends the context.
func (c *offContext) finish(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done.Load() {
		return
	}
	c.cause = cause
	c.done.Store(true)
	if f := c.std.Load(); f != nil {
		f.conclude(c.ending())
	}
}

// endDerived ends what was derived from the context of a function that has
// returned.
func (c *offContext) endDerived() {
	if c.std.Load() != nil {
		c.finish(nil)
	}
}

// ending returns how the context has ended, nil if it has not. c is locked.
func (c *offContext) ending() *ending {
	switch {
	case !c.done.Load():
		return nil
	case c.cause == ErrTimeout || c.cause == context.DeadlineExceeded:
		return deadlineEnd
	}
	return canceledBy(c.cause)
}

// show returns what the standard library sees of c, made now if need be.
func (c *offContext) show() *stdContext {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.std.Load()
	if f == nil {
		f = newStdContext()
		c.std.Store(f)
		if e := c.ending(); e != nil {
			f.conclude(e)
		}
	}
	return f
}

// label gives the calling goroutine the labels of where the function was handed
// over, in place of those of the last one that ran on it.
func (c *offContext) label() {
	labels := context.Context(c)
	switch from := c.from.(type) {
	case *Task:
		labels = inherited(from.values)
	case *Scope:
		labels = inherited(from.values)
	}
	pprof.SetGoroutineLabels(labels)
}

// inherited returns where the labels are that inherit has found.
func inherited(values context.Context) context.Context {
	if v, ok := values.(*valued); ok {
		return v.labels
	}
	return values
}

// Deadline returns that of where the function was handed over; none in virtual
// time, which is nobody else's.
func (c *offContext) Deadline() (time.Time, bool) {
	if c.of.future.loop.clock.Virtual() {
		return time.Time{}, false
	}
	return c.from.Deadline()
}

// Done returns a channel that is closed when nothing waits for the function any
// more.
func (c *offContext) Done() <-chan struct{} { return c.show().ctx.Done() }

// Err returns nil until nobody waits for the function any more.
func (c *offContext) Err() error {
	if !c.done.Load() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending().contextErr()
}

// Value returns the value of where the function was handed over.
func (c *offContext) Value(k any) any {
	if _, ok := k.(key); ok {
		return c
	}
	if c.std.Load() != nil || c.Err() != nil {
		if v := c.show().ctx.Value(k); v != nil {
			return v
		}
	}
	return valuesOf(c.from).Value(k)
}

package sched

import (
	"context"
	"runtime/debug"
)

// Perform runs the function, unless nobody waits for it any more. It reports whether Deliver has to follow; after a
// Goexit too.
func (o *Offload) Perform() (performed bool) {
	if !o.begun.CompareAndSwap(offloadWaits, offloadRuns) {
		return false
	}
	o.ctx.label()
	o.exited = true
	defer func() {
		if v := recover(); v != nil {
			o.exited, o.err = false, panicOff(v)
			performed = true
		}
	}()
	o.err = o.work.Run(o.ctx)
	o.exited = false
	return true
}

// PerformIn is Perform with another context for the function, derived from o. If that is done, the function
// does not run.
func (o *Offload) PerformIn(ctx context.Context) (performed bool) {
	if ctx.Err() != nil && o.ctx.Err() == nil {
		return o.Drop(context.Cause(ctx))
	}
	o.work = inContext{o.work, ctx}
	return o.Perform()
}

// inContext is work that runs in a context of its own.
type inContext struct {
	Work
	ctx context.Context
}

// Run runs the work.
func (w inContext) Run(context.Context) error { return w.Work.Run(w.ctx) }

// Drop ends o as canceled without its function having run. It reports whether Deliver has to follow.
func (o *Offload) Drop(cause error) bool {
	if !o.begun.CompareAndSwap(offloadWaits, offloadRuns) {
		return false
	}
	o.err = &CanceledError{cause}
	return true
}

// Deliver brings the function's end to the loop.
func (o *Offload) Deliver() { o.future.loop.Post(o) }

// DeliverGoexit is Deliver if the function has called Goexit: a deferred call for where that goes on.
func (o *Offload) DeliverGoexit() {
	if o.exited {
		o.Deliver()
	}
}

// panicOff is the error of a function that panicked with v. Whose it was, the loop will say.
func panicOff(v any) *PanicError {
	if err, ok := v.(*PanicError); ok {
		return err
	}
	return &PanicError{Value: v, Stack: debug.Stack()}
}

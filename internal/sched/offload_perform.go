package sched

import (
	"context"
	"runtime/debug"
)

// Perform runs the function, unless nobody waits for it any more. It reports
// whether Deliver has to follow. It has to after a Goexit, too: that goes on
// even where a panic on its way was recovered here.
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

// PerformIn does what Perform does, with another context for the function,
// derived from o. If that is done, the function does not run.
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

// Drop ends o as canceled without its function having run. It reports whether
// Deliver has to follow.
func (o *Offload) Drop(cause error) bool {
	if !o.begun.CompareAndSwap(offloadWaits, offloadRuns) {
		return false
	}
	o.err = &CanceledError{cause}
	return true
}

// Deliver brings the function's end to the loop.
func (o *Offload) Deliver() { o.future.loop.Post(o) }

// PerformAndDeliver does PerformIn and then Deliver, for the goroutine of an
// executor that is not one of ours. Once delivered, o is the loop's, and may be
// another function by now: nothing of it is read after that, and whether a
// Goexit is what ends the call is known without it.
func (o *Offload) PerformAndDeliver(ctx context.Context) {
	if ctx == nil {
		panic("async: an Executor gave its function a nil context: pass on the ctx of Execute")
	}
	returned := false
	defer func() {
		if !returned {
			o.Deliver()
		}
	}()
	performed := o.PerformIn(ctx)
	returned = true
	if performed {
		o.Deliver()
	}
}

// panicOff returns the error of a function that panicked with v. Whose it was,
// the loop will say.
func panicOff(v any) *PanicError {
	if err, ok := v.(*PanicError); ok {
		return err
	}
	return &PanicError{Value: v, Stack: debug.Stack()}
}

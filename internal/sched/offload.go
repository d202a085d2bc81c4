package sched

import (
	"context"
	"sync/atomic"
)

// A Work is what an Offload runs. The typed shell of an offload implements it
// and keeps the value.
type Work interface {
	// Run is the function.
	Run(ctx context.Context) error
	// Arrive is called by the loop when the function has returned without
	// an error, before the future is done.
	Arrive()
}

// An Offload is a function that runs off the loop, on a goroutine that is no
// task's. A future of the loop is done when the function has returned, or is
// canceled before.
//
// It has one owner at a time: the loop's goroutine until Submit, then the first
// caller of Perform or Drop, which returns true to it, until it has called
// Deliver; a call that comes too late gets false and touches nothing. Deliver
// gives it back to the loop, which may use it for another function at once.
type Offload struct {
	future    *Future
	work      Work
	ctx       *offContext
	executor  any // one of ours that runs it: it calls it once
	begun     atomic.Uint32
	number    uint64 // in the order of submissions
	submitted bool   // it was handed to somebody, and has not come back
	counts    bool   // it is among what the loop has out
	exited    bool   // the function called Goexit
	err       error
	link      Link             // in the line of the future, for Follow
	sleeps    List             // of the function, that are not over
	order     *submissionOrder // in virtual time
}

// offloads counts and orders the functions that are off a loop.
type offloads struct {
	count       int    // functions, be they out or not
	submissions uint64 // how many of all kinds there have been
	returns     List   // tasks that wait for the functions to come back
	away        List   // in virtual time, the functions that are out, in the order they went
}

// How far an offload has come.
const (
	offloadWaits   = iota // for a goroutine
	offloadRuns           // or has run
	offloadDropped        // it will never run
)

// Init makes o the offload of work, whose end f is the future of. ctx is where
// it is handed over.
func (o *Offload) Init(f *Future, ctx context.Context, work Work) {
	o.future, o.work = f, work
	if o.ctx == nil || !o.ctx.serves(ctx) {
		o.ctx = &offContext{of: o, from: ctx}
	}
}

// Reuse makes o ready for another Init, if nobody else can have it any more. An
// executor that is not one of ours may keep it, and call it again.
func (o *Offload) Reuse() bool {
	if o.executor == nil || o.submitted || o.order != nil || o.begun.Load() != offloadRuns {
		return false
	}
	o.begun.Store(offloadWaits)
	o.future.state, o.err, o.work, o.executor = Pending, nil, nil, nil
	return true
}

// ForgetContext drops the context that Reuse keeps for the next Init.
func (o *Offload) ForgetContext() { o.ctx = nil }

// Context returns the context of the function.
func (o *Offload) Context() context.Context { return o.ctx }

// Submit records that o is handed to an executor, which will let a goroutine
// call Perform and Deliver, or Drop.
func (o *Offload) Submit() {
	l := o.future.loop
	if l.clock.Virtual() && l.picker == nil {
		o.order = new(submissionOrder)
		o.order.link.entry = o
	}
	o.number = l.NextSubmission()
	l.offloads.count++
	o.submitted = true
	o.countOut()
}

// NextSubmission returns the number of a function that leaves the loop and will
// come back.
func (l *Loop) NextSubmission() uint64 {
	l.offloads.submissions++
	return l.offloads.submissions
}

// Number returns o's place among the submissions: a picker may let what has
// come back have its turns in any order.
func (o *Offload) Number() uint64 { return o.number }

// Withdraw takes back a Submit: no executor took o. If its function was begun
// all the same, it is waited for.
func (o *Offload) Withdraw() {
	if o.begun.CompareAndSwap(offloadWaits, offloadDropped) {
		o.countReturned()
	}
}

// FollowFuture lets the function's context end when the future is canceled: for
// a future that others can cancel. Where a task awaits the offload itself, the
// offload hears of it itself.
func (o *Offload) FollowFuture() {
	o.link.entry = (*follower)(o)
	o.future.Notify(&o.link)
}

// follower is an offload as what its future's end lets happen.
type follower Offload

// Fire passes on that the future was canceled.
func (f *follower) Fire() {
	if o := (*Offload)(f); o.future.state == Canceled {
		o.abandon(cancelCause(o.future.err))
	}
}

// cancelCause returns the cause of a cancellation.
func cancelCause(err error) error {
	if c, ok := err.(*CanceledError); ok {
		return c.Cause
	}
	return err
}

// Await suspends until the function has returned. A cancellation of the task
// ends the wait, and the function's context.
func (o *Offload) Await(a Awaiter) error { return o.future.Await(a, o) }

// Cancel ends the wait for the function.
func (o *Offload) Cancel(cause error) bool {
	if !o.future.Cancel(cause) {
		return false
	}
	o.abandon(cause)
	return true
}

// String says that o is a function off the loop.
func (o *Offload) String() string { return "a function off the loop" }

// abandon tells the function that nobody waits for it any more, or keeps it
// from running at all.
func (o *Offload) abandon(cause error) {
	o.ctx.finish(cause)
	if o.begun.CompareAndSwap(offloadWaits, offloadDropped) && o.submitted {
		o.countReturned()
	}
	o.wakeSleeps()
}

// countOut counts o among what is out, while it is away.
func (o *Offload) countOut() {
	if o.counts || !o.submitted {
		return
	}
	o.counts = true
	o.future.loop.out++
	if o.order != nil {
		o.future.loop.offloads.away.Push(&o.order.link)
	}
}

// uncountOut takes o off that count.
func (o *Offload) uncountOut() {
	if !o.counts {
		return
	}
	o.counts = false
	o.future.loop.out--
	if o.order != nil {
		o.future.loop.offloads.away.Remove(&o.order.link)
	}
}

// countReturned records that o has come back.
func (o *Offload) countReturned() {
	o.uncountOut()
	o.submitted = false
	o.flush()
	s := &o.future.loop.offloads
	if s.count--; s.count > 0 {
		return
	}
	for k := s.returns.First(); k != nil; k = s.returns.First() {
		s.returns.Remove(k)
		k.entry.(*Task).Wake()
	}
}

// AwaitOffloads suspends until nothing is away any more.
func (a Awaiter) AwaitOffloads() error {
	t, s := a.task, &a.task.loop.offloads
	if s.count == 0 {
		return nil
	}
	s.returns.Push(&t.link)
	_, err := a.Park(Text("the functions off the loop"))
	s.returns.Remove(&t.link)
	return err
}

// Offloads returns the number of functions that are away.
func (l *Loop) Offloads() int { return l.offloads.count }

package sched

import (
	"context"
	"runtime/debug"
	"sync/atomic"
)

// A Work is what an Offload runs. The typed shell of an offload implements it and keeps the value.
type Work interface {
	// Run is the function.
	Run(ctx context.Context) error
	// Arrive is called by the loop when the function has returned without an error, before the future is done.
	Arrive()
}

// An Offload is a function that runs away from the loop, on a goroutine that is no task's. A future of the loop is done
// when the function has returned, or is canceled before.
//
// Perform, PerformIn, Drop and the two ways to Deliver are for that goroutine, the rest is the loop's.
type Offload struct {
	future   *Future
	work     Work
	ctx      *offContext
	home     any // who runs it, if that wants to know
	begun    atomic.Uint32
	number   uint64 // in the order of departures
	departed bool   // it was handed to somebody, and has not come back
	counts   bool   // it is among what the loop has out
	exited   bool   // the function called Goexit
	err      error
	link     Link  // in the line of the future, for Follow
	pauses   List  // of the function, that are not over
	trip     *trip // in virtual time
}

// offloads are what is away from a loop.
type offloads struct {
	count      int    // functions, be they out or not
	departures uint64 // how many of all kinds there have been
	returns    List   // tasks that wait for the functions to come back
	away       List   // in virtual time, the functions that are out, in the order they went
}

// How far an offload has come.
const (
	offloadWaits   = iota // for a goroutine
	offloadRuns           // or has run
	offloadDropped        // it will never run
)

// Init makes o the offload of work, whose end f is the future of. ctx is where it is handed over.
func (o *Offload) Init(f *Future, ctx context.Context, work Work) {
	o.future, o.work = f, work
	if o.ctx == nil || !o.ctx.serves(ctx) {
		o.ctx = &offContext{of: o, from: ctx}
	}
}

// Renew makes o ready for another Init, if nobody else can have it any more.
func (o *Offload) Renew() bool {
	if o.departed || o.trip != nil || o.begun.Load() != offloadRuns {
		return false
	}
	o.begun.Store(offloadWaits)
	o.future.state, o.err, o.work = Pending, nil, nil
	return true
}

// Forget lets go of what Renew keeps for the next Init.
func (o *Offload) Forget() { o.ctx = nil }

// Context is the context of the function.
func (o *Offload) Context() context.Context { return o.ctx }

// Depart notes that o is handed to somebody who will let a goroutine call Perform and Deliver, or Drop.
func (o *Offload) Depart() {
	l := o.future.loop
	if l.clock.Virtual() && l.guide == nil {
		o.trip = new(trip)
		o.trip.link.entry = o
	}
	o.number = l.Departure()
	l.offloads.count++
	o.departed = true
	o.join()
}

// Departure gives a number to what leaves the loop and will come back.
func (l *Loop) Departure() uint64 {
	l.offloads.departures++
	return l.offloads.departures
}

// Number is o's place among the departures: a guide may let what has come back have its turns in any order.
func (o *Offload) Number() uint64 { return o.number }

// Stay takes back a Depart: nobody took o.
func (o *Offload) Stay() {
	if o.begun.CompareAndSwap(offloadWaits, offloadDropped) {
		o.arrive()
	}
}

// Follow lets the function's context end when the future is canceled: for a future that others can cancel. Where
// a task awaits the offload itself, the offload is told.
func (o *Offload) Follow() {
	o.link.entry = (*follower)(o)
	o.future.Notify(&o.link)
}

// follower is an offload as what its future's end lets happen.
type follower Offload

// Fire passes on that the future was canceled.
func (f *follower) Fire() {
	if o := (*Offload)(f); o.future.state == Canceled {
		o.abandon(causeOf(o.future.err))
	}
}

// causeOf is the cause of a cancellation.
func causeOf(err error) error {
	if c, ok := err.(*CanceledError); ok {
		return c.Cause
	}
	return err
}

// Await suspends until the function has returned. A cancellation of the task ends the wait, and the function's context.
func (o *Offload) Await(p Place) error { return o.future.Await(p, o) }

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

// abandon tells the function that nobody waits for it any more, or keeps it from running at all.
func (o *Offload) abandon(cause error) {
	o.ctx.finish(cause)
	if o.begun.CompareAndSwap(offloadWaits, offloadDropped) && o.departed {
		o.arrive()
	}
	o.rouse()
}

// join counts o among what is out, while it is away.
func (o *Offload) join() {
	if o.counts || !o.departed {
		return
	}
	o.counts = true
	o.future.loop.out++
	if o.trip != nil {
		o.future.loop.offloads.away.Push(&o.trip.link)
	}
}

// leave takes o off that count.
func (o *Offload) leave() {
	if !o.counts {
		return
	}
	o.counts = false
	o.future.loop.out--
	if o.trip != nil {
		o.future.loop.offloads.away.Remove(&o.trip.link)
	}
}

// arrive notes that o is away no more.
func (o *Offload) arrive() {
	o.leave()
	o.departed = false
	o.hush()
	s := &o.future.loop.offloads
	if s.count--; s.count > 0 {
		return
	}
	for k := s.returns.First(); k != nil; k = s.returns.First() {
		s.returns.Remove(k)
		k.entry.(*Task).Wake()
	}
}

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

// Fire is the function's end coming in.
func (o *Offload) Fire() { o.tell((*landing)(o)) }

// land ends the future with the function.
func (o *Offload) land() {
	o.ctx.release()
	o.arrive()
	o.rouse()
	if o.exited {
		o.err = goexitOff{}
	}
	if panicked, ok := o.err.(*PanicError); ok && panicked.Task == "" {
		panicked.Task = o.who()
		o.future.loop.Report(Event{Message: "panic off the loop", Task: panicked.Task, Err: panicked})
	}
	o.settle(o.future)
}

func (o *Offload) settle(f *Future) {
	f.Forget(&o.link)
	switch {
	case f.state != Pending:
		if _, panicked := o.err.(*PanicError); panicked || o.exited {
			f.loop.unretrieved(o.who(), o.err, f, nil)
		}
	case o.err == nil:
		o.work.Arrive()
		_ = f.settle(Finished, nil)
	case IsCanceled(o.err):
		_ = f.settle(Canceled, o.err)
	case o.link.entry == nil: // a task is about to be told, unless a request comes first
		_ = f.settle(Failed, f.loop.unheard(o.who(), o.err))
	default:
		_ = f.settle(Failed, f.loop.unretrieved(o.who(), o.err, f, nil))
	}
}

// unheard is unretrieved for an error that only the loop's end can find to be that.
func (l *Loop) unheard(who string, err error) error {
	u := &unretrieved{err: err, who: who, loop: l}
	u.link.entry = u
	l.failures.Push(&u.link)
	return u
}

// who says whose function it is.
func (o *Offload) who() string {
	if t := taskOf(o.ctx.from); t != nil {
		return t.Name() + ", off the loop"
	}
	return "a function off the loop"
}

// taskOf is the task that ctx is of, or nil.
func taskOf(ctx context.Context) *Task {
	switch c := ctx.Value(key{}).(type) {
	case *Task:
		return c
	case *Scope:
		return c.task
	}
	return nil
}

// goexitOff is the error of a function that called Goexit: awaiting it does the same.
type goexitOff struct{}

func (goexitOff) Error() string        { return "async: runtime.Goexit was called off the loop" }
func (goexitOff) Is(target error) bool { return target == ErrGoexit }

// AwaitOffloads suspends until nothing is away any more.
func (p Place) AwaitOffloads() error {
	t, s := p.task, &p.task.loop.offloads
	if s.count == 0 {
		return nil
	}
	s.returns.Push(&t.link)
	_, err := p.Park(Text("the functions off the loop"))
	s.returns.Remove(&t.link)
	return err
}

// Offloads is the number of functions that are away.
func (l *Loop) Offloads() int { return l.offloads.count }

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

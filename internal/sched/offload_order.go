package sched

import (
	"context"
	"time"
)

// In virtual time, unless a picker decides, functions come back in the order in
// which they were handed over, one by one, each when nothing else can run: so a
// test leaves the same trace on every run, however long they take. A function
// that sleeps by the loop's clock, or waits for a task, steps out of that line
// until it goes on.

// submissionOrder orders an offload in virtual time: by its place among those
// that are out, and the reports that wait for its turn.
type submissionOrder struct {
	link    Link     // among those that are away
	reports []report // what it has to tell when its turn comes
}

// report is a message of a function's goroutine to the loop.
type report interface{ apply() }

// apply applies the first report of the function that was submitted first, of
// those that are out. It returns false if there is none.
func (s *offloads) apply() bool {
	k := s.away.First()
	return k != nil && k.entry.(*Offload).order.apply()
}

// apply applies the first of the reports.
func (t *submissionOrder) apply() bool {
	if len(t.reports) == 0 {
		return false
	}
	r := t.reports[0]
	t.reports = t.reports[1:]
	r.apply()
	return true
}

// enqueue applies r when o's turn comes: at once, unless time is virtual and o
// is out.
func (o *Offload) enqueue(r report) {
	if o.order == nil || !o.submitted {
		r.apply()
		return
	}
	o.order.reports = append(o.order.reports, r)
}

// flush applies the remaining reports of an offload that is not out any more.
func (o *Offload) flush() {
	for o.order != nil && o.order.apply() {
		continue
	}
}

// completion is the end of the function.
type completion Offload

func (c *completion) apply() { (*Offload)(c).complete() }

// offloadSleep is a function's sleep by the loop's clock.
type offloadSleep struct {
	of    *Offload
	d     time.Duration
	timer Timer
	link  Link // among those of the function
	wake  chan struct{}
}

// OffloadSleep blocks the function that ctx was given to until d has passed by
// the loop's clock. It returns ctx's cause if that is done first.
func OffloadSleep(ctx context.Context, d time.Duration) error {
	c, ok := ctx.Value(key{}).(*offContext)
	if !ok {
		panic("async: the context is of no function off the loop: in a task, use Sleep")
	}
	p := &offloadSleep{of: c.of, d: d, wake: make(chan struct{})}
	if !c.of.future.loop.Post(p) {
		return ErrClosed
	}
	<-p.wake
	return context.Cause(c)
}

// Fire takes in the function's wish to sleep.
func (p *offloadSleep) Fire() { p.of.enqueue(p) }

// Number returns the function's.
func (p *offloadSleep) Number() uint64 { return p.of.number }

// Drop wakes the function: the loop has ended.
func (p *offloadSleep) Drop() { close(p.wake) }

func (p *offloadSleep) apply() {
	if !p.of.submitted || p.of.ctx.Err() != nil {
		close(p.wake)
		return
	}
	p.of.uncountOut()
	p.link.entry = p
	p.of.sleeps.Push(&p.link)
	l := p.of.future.loop
	l.timers.set((*offloadTimer)(p), after(l.Now(), p.d))
}

// offloadTimer is an offloadSleep as the owner of its timer.
type offloadTimer offloadSleep

// Timer returns the timer of the sleep.
func (a *offloadTimer) Timer() *Timer { return &a.timer }

// Fire ends the sleep, unless that has happened since it became due.
func (a *offloadTimer) Fire() {
	if p := (*offloadSleep)(a); p.of.sleeps.Remove(&p.link) {
		p.of.countOut()
		close(p.wake)
	}
}

// wakeSleeps ends all sleeps of the function.
func (o *Offload) wakeSleeps() {
	for k := o.sleeps.First(); k != nil; k = o.sleeps.First() {
		p := k.entry.(*offloadSleep)
		o.future.loop.timers.stop(&p.timer)
		(*offloadTimer)(p).Fire()
	}
}

// outsideWait is a function that waits for a future of its own loop.
type outsideWait struct {
	of   *Offload
	f    *Future
	link Link
}

// WaitOutside lets the function that ctx was given to not count as out until f
// is done. It returns at once: the function goes on to wait for f. It does
// nothing unless ctx is such a function's, and time is virtual.
func WaitOutside(ctx context.Context, l *Loop, f *Future) {
	if c, ok := ctx.Value(key{}).(*offContext); ok && c.of.future.loop == l && c.of.order != nil {
		l.Post(&outsideWait{of: c.of, f: f})
	}
}

// Fire takes in the function's wish.
func (a *outsideWait) Fire() { a.of.enqueue(a) }

// Number returns the function's.
func (a *outsideWait) Number() uint64 { return a.of.number }

func (a *outsideWait) apply() {
	if a.f.loop == nil || a.f.Settled() {
		return
	}
	a.of.uncountOut()
	a.link.entry = (*outsideWaitOver)(a)
	a.f.Notify(&a.link)
}

// outsideWaitOver is an outsideWait that is over.
type outsideWaitOver outsideWait

// Fire lets the function count again.
func (r *outsideWaitOver) Fire() { r.of.countOut() }

package sched

import (
	"context"
	"time"
)

// In virtual time, unless a picker decides, functions come back in the order in which they were handed over, one by one,
// each when nothing else can run: so a test leaves the same trace on every run, however long they take. A function that
// sleeps by the loop's clock, or waits for a task, steps out of that line until it goes on.

// trip is an offload in virtual time.
type trip struct {
	link Link   // among those that are away
	news []news // what it has to tell when its turn comes
}

// news is what a function's goroutine tells the loop of it.
type news interface{ heed() }

// heed heeds the news of the first of those that are away. It reports whether there were any.
func (s *offloads) heed() bool {
	k := s.away.First()
	return k != nil && k.entry.(*Offload).trip.heed()
}

// heed heeds the first of the news.
func (t *trip) heed() bool {
	if len(t.news) == 0 {
		return false
	}
	n := t.news[0]
	t.news = t.news[1:]
	n.heed()
	return true
}

// tell heeds n when o's turn comes: at once, unless time is virtual and o stands in line.
func (o *Offload) tell(n news) {
	if o.trip == nil || !o.departed {
		n.heed()
		return
	}
	o.trip.news = append(o.trip.news, n)
}

// hush heeds all the news of an offload that stands in line no more.
func (o *Offload) hush() {
	for o.trip != nil && o.trip.heed() {
		continue
	}
}

// landing is the end of the function.
type landing Offload

func (n *landing) heed() { (*Offload)(n).land() }

// pause is a function's sleep by the loop's clock.
type pause struct {
	of    *Offload
	d     time.Duration
	timer Timer
	link  Link // among those of the function
	wake  chan struct{}
}

// Pause blocks the function that ctx was given to until d has passed by the loop's clock. It returns ctx's
// cause if that is done first.
func Pause(ctx context.Context, d time.Duration) error {
	c, ok := ctx.Value(key{}).(*offContext)
	if !ok {
		panic("async: the context is of no function off the loop: in a task, use Sleep")
	}
	p := &pause{of: c.of, d: d, wake: make(chan struct{})}
	if !c.of.future.loop.Post(p) {
		return ErrClosed
	}
	<-p.wake
	return context.Cause(c)
}

// Fire is the function's wish to sleep coming in.
func (p *pause) Fire() { p.of.tell(p) }

// Number is the function's.
func (p *pause) Number() uint64 { return p.of.number }

// Drop wakes the function: the loop has ended.
func (p *pause) Drop() { close(p.wake) }

func (p *pause) heed() {
	if !p.of.departed || p.of.ctx.Err() != nil {
		close(p.wake)
		return
	}
	p.of.leave()
	p.link.entry = p
	p.of.pauses.Push(&p.link)
	l := p.of.future.loop
	l.timers.set((*alarm)(p), after(l.Now(), p.d))
}

// alarm is a pause in the heap of timers.
type alarm pause

// Timer is the pause's.
func (a *alarm) Timer() *Timer { return &a.timer }

// Fire ends the pause, unless that has happened since it became due.
func (a *alarm) Fire() {
	if p := (*pause)(a); p.of.pauses.Remove(&p.link) {
		p.of.join()
		close(p.wake)
	}
}

// rouse ends all pauses of the function.
func (o *Offload) rouse() {
	for k := o.pauses.First(); k != nil; k = o.pauses.First() {
		p := k.entry.(*pause)
		o.future.loop.timers.stop(&p.timer)
		(*alarm)(p).Fire()
	}
}

// aside is a function that waits for a future of its own loop.
type aside struct {
	of   *Offload
	f    *Future
	link Link
}

// StepAside lets the function that ctx was given to not count as out until f is done. It returns at once: the function
// goes on to wait for f. It does nothing unless ctx is such a function's, and time is virtual.
func StepAside(ctx context.Context, l *Loop, f *Future) {
	if c, ok := ctx.Value(key{}).(*offContext); ok && c.of.future.loop == l && c.of.trip != nil {
		l.Post(&aside{of: c.of, f: f})
	}
}

// Fire is the function's wish coming in.
func (a *aside) Fire() { a.of.tell(a) }

// Number is the function's.
func (a *aside) Number() uint64 { return a.of.number }

func (a *aside) heed() {
	if a.f.loop == nil || a.f.Settled() {
		return
	}
	a.of.leave()
	a.link.entry = (*rejoining)(a)
	a.f.Notify(&a.link)
}

// rejoining is an aside that is over.
type rejoining aside

// Fire lets the function count again.
func (r *rejoining) Fire() { r.of.join() }

package sched

import "time"

// A Poller brings to a loop what the operating system tells it of: descriptors
// that can be read from or written to. Poll and Close are called by the holder
// of the baton, Interrupt by any goroutine.
type Poller interface {
	// Poll puts what has happened into the loop's ready queue. If nothing
	// has, it waits for it: not at all if wait is 0, without end if wait is
	// negative. It also returns after an Interrupt, be it one of before the
	// call. While it waits with share, other goroutines need the processor.
	Poll(wait time.Duration, share bool)

	// Interrupt ends a Poll that waits. It does nothing after Close.
	Interrupt()

	// Close ends the poller: the loop is closed.
	Close()
}

// poll is what a loop knows of its poller.
type poll struct {
	poller   Poller
	reasons  int  // to look: 0 for most loops
	expected int  // how many waits may be ended from outside
	share    bool // the loop has handed something to another goroutine
	passed   int  // the weight of what has run since the last look
	arrived  []Entry
}

// lookAfter is the weight of entries after which a loop that is never idle
// looks at its poller.
const lookAfter = 64

// Poller returns the loop's poller, or nil.
func (l *Loop) Poller() Poller { return l.poll.poller }

// SetPoller gives the loop its poller, which Close closes.
func (l *Loop) SetPoller(p Poller) {
	l.mustBeOpen()
	l.poll.poller = p
}

// Expect adds n to the number of waits that may be ended from outside. While
// there are any the loop looks at its poller, and is not deadlocked.
func (l *Loop) Expect(n int) {
	l.poll.expected += n
	l.poll.reasons += n
}

// arrive puts e where the poller's events come: at the beginning of the next
// iteration, behind what is ready then.
func (l *Loop) arrive(e Entry) {
	l.poll.arrived = append(l.poll.arrived, e)
	l.poll.reasons++
}

// Weigh makes the running step count as n more entries when the loop decides
// whether to look at its poller.
func (l *Loop) Weigh(n int) { l.poll.passed += n }

// look takes in what has arrived. It polls, without waiting, if enough has run
// since the last time: a loop that always has something to do must not look
// each time, nor never.
func (l *Loop) look() {
	p := &l.poll
	for i, e := range p.arrived {
		l.ready.push(e)
		p.arrived[i] = nil
	}
	p.reasons -= len(p.arrived)
	p.arrived = p.arrived[:0]
	p.passed += l.ready.len() + 1
	if p.passed >= lookAfter && p.poller != nil {
		p.passed = 0
		p.poller.Poll(0, false)
	}
}

// idleInPoller idles until a descriptor is ready, the next timer is due, or
// something comes in.
//
// Waiting in the operating system keeps the processor from other goroutines for
// a while, but costs less than waiting in Go's own poller. So a loop does the
// former until it first hands something to another goroutine.
func (l *Loop) idleInPoller(next time.Duration, timers bool) {
	wait := time.Duration(-1)
	if timers {
		wait = max(0, next-l.clock.Now())
	}
	p, in := &l.poll, &l.inbox
	p.share = p.share || l.out > 0 || l.open > 0
	p.passed = 0
	in.idling.Store(inPoller)
	if !in.full.Load() {
		p.poller.Poll(wait, p.share)
	}
	if in.idling.Load() != awakeLoop {
		in.idling.Store(awakeLoop)
	}
}

// closePoller ends the poller of a loop that is closed. The loop keeps it, for
// another goroutine may be about to interrupt it.
func (l *Loop) closePoller() {
	if p := l.poll.poller; p != nil {
		p.Close()
	}
}

package sched

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobaton/async/internal/clock"
)

// inbox takes entries from other goroutines: the one part of the loop, beside
// its contexts, that they touch.
type inbox struct {
	full    atomic.Bool  // there is something, or the loop is to look around
	idling  atomic.Int32 // the loop is not, waits for wake, or for hand
	wake    chan struct{}
	handoff chan Entry // for the one entry that an idle loop waits for, past the items; nil: look around

	mu     sync.Mutex
	items  []Entry
	closed bool
}

// Post puts e into the ready queue of l with the next iteration. It may be
// called from any goroutine, and reports whether the loop is still there to
// take it.
func (l *Loop) Post(e Entry) bool {
	in := &l.inbox
	// What the same goroutine posted before is not among the items then,
	// and comes first.
	if in.idling.Load() == forHand && !in.full.Load() && in.idling.CompareAndSwap(forHand, awakeLoop) {
		in.handoff <- e // has room: one is sent each time the loop waits for it
		return true
	}
	in.mu.Lock()
	if in.closed {
		in.mu.Unlock()
		return false
	}
	in.items = append(in.items, e)
	in.full.Store(true)
	in.mu.Unlock()
	l.rouse()
	return true
}

// Rouse makes an idle loop begin an iteration. It may be called from any
// goroutine.
func (l *Loop) Rouse() {
	l.inbox.full.Store(true)
	l.rouse()
}

func (l *Loop) rouse() {
	in := &l.inbox
	switch how := in.idling.Load(); {
	case how == awakeLoop || !in.idling.CompareAndSwap(how, awakeLoop):
	case how == forHand:
		in.handoff <- nil
	case how == inPoller:
		l.poll.poller.Interrupt()
	default:
		select {
		case in.wake <- struct{}{}:
		default: // from a time when the loop did not wait for it to the end
		}
	}
}

// How the loop idles.
const (
	awakeLoop = iota
	forWake
	forHand
	inPoller
)

// enqueue puts e into the ready queue, behind what was posted before: as in
// asyncio, there is one queue for all. Where each call counts, its two halves
// stand in its place: it is too long for the compiler to write it into its
// callers, and they are not.
func (l *Loop) enqueue(e Entry) {
	l.collectPosted()
	l.ready.push(e)
}

// collectPosted moves what was posted before to the ready queue, within an
// iteration.
func (l *Loop) collectPosted() {
	if l.inbox.full.Load() {
		l.collectEarly()
	}
}

// collectEarly does what collect does within an iteration. Where a picker
// decides which entry runs next, the queue has no order, but what comes in has
// its time.
//
//go:noinline
func (l *Loop) collectEarly() {
	if l.picker == nil {
		l.collect()
	}
}

// collect moves what came in to the ready queue.
func (l *Loop) collect() {
	if l.picker != nil {
		l.current = nil // while others do their part, nobody runs here
		l.settle()
	}
	in := &l.inbox
	in.mu.Lock()
	in.full.Store(false)
	for i, e := range in.items {
		l.ready.push(e)
		in.items[i] = nil
	}
	in.items = in.items[:0]
	in.mu.Unlock()
}

// wait blocks until something comes in, or until the clock's time, if there is
// a clock.
func (in *inbox) wait(c clock.Clock, until time.Duration) {
	in.idling.Store(forWake)
	switch {
	case in.full.Load():
	case c != nil:
		c.Wait(until, in.wake)
	default:
		<-in.wake
	}
	if in.idling.Load() != awakeLoop { // nobody has taken it back
		in.idling.Store(awakeLoop)
	}
}

// idleForHandoff blocks until something comes in. The first to come is handed
// over, past the items, which saves both sides the lock.
func (l *Loop) idleForHandoff() {
	in := &l.inbox
	in.idling.Store(forHand)
	if in.full.Load() && in.idling.CompareAndSwap(forHand, awakeLoop) {
		return
	}
	if e := <-in.handoff; e != nil {
		l.ready.push(e)
	}
}

// Out notes that something was handed to another goroutine, and will come back
// through Post. While anything is out, the loop waits for it: it is not
// deadlocked, and virtual time stands still.
func (l *Loop) Out() { l.out++ }

// Back takes back an Out.
func (l *Loop) Back() { l.out-- }

// Listen adds n to the number of those that wait for what need not ever come,
// as a signal: while there are any, the loop is not deadlocked, but virtual
// time goes on.
func (l *Loop) Listen(n int) { l.listeners += n }

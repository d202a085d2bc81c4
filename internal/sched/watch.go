package sched

import (
	"sync/atomic"

	"github.com/gobaton/async/internal/clock"
)

// A Watch is a table of a loop's tasks that any goroutine may read at any time,
// also while a step holds the baton: what a monitor knows. The loop writes it
// when a task starts, suspends and ends, with plain stores of single words, see
// word. While there is no Watch it costs nothing: it stands behind conditions
// that are there for other tools.
type Watch struct {
	now    atomic.Int64 // the time that is recorded; 0: the loop's clock has to be read
	steps  word         // of all tasks
	log    *Log
	table  table
	sites  siteCache
	totals Totals

	loop     *Loop
	ticks    bool          // somebody calls SetNow
	wanted   chan struct{} // has room for one: the clock had to be read
	detached atomic.Bool
	firstID  uint64 // of the tasks that were started since
	before   int    // tasks that were there
	by       string // what cancels at the moment, if it is neither task nor timer
}

// Totals are counters of a Watch.
type Totals struct {
	Failed, Canceled word // tasks that ended so; all others finished
	Dropped          word // tasks that there was no room for
	Unknown          word // those of them that have not ended
}

// WatchConfig says how much a Watch keeps.
type WatchConfig struct {
	Tasks   int // at a time
	History int // tasks that have ended
}

// Attach makes a Watch of l, whose tasks it knows from now on. Who holds the
// baton calls it; a loop has one at a time.
//
// If Ticks reports true, somebody has to call SetNow with the loop's time every
// now and then, beginning whenever Wanted delivers, and SetNow(0) when the loop
// is idle.
func (l *Loop) Attach(c WatchConfig) *Watch {
	w := &Watch{loop: l, wanted: make(chan struct{}, 1), firstID: l.lastID}
	_, w.ticks = l.clock.(*clock.Wall)
	w.table.init(c)
	for _, t := range l.Tasks() {
		w.before++
		w.add(t, 0, 0) // which task owns it is not known any more
		w.table.own(t.slot).claimed(t)
	}
	l.monitor = w
	l.setTools()
	return w
}

// Detach ends what Attach began.
func (l *Loop) Detach() {
	w := l.monitor
	if w == nil {
		return
	}
	l.monitor = nil
	l.setTools()
	w.detached.Store(true)
	w.want()
}

// Detached reports whether the loop has ended, or was told to Detach.
func (w *Watch) Detached() bool { return w.detached.Load() }

// Watched reports whether l has a Watch.
func (l *Loop) Watched() bool { return l.monitor != nil }

// Ticks reports whether SetNow is to be called.
func (w *Watch) Ticks() bool { return w.ticks }

// SetNow sets the time that is recorded from now on; 0 lets the loop read its
// clock the next time, and deliver to Wanted.
func (w *Watch) SetNow(now int64) { w.now.Store(now) }

// Wanted delivers when the loop had to read its clock, and when it has
// detached.
func (w *Watch) Wanted() <-chan struct{} { return w.wanted }

func (w *Watch) want() {
	select {
	case w.wanted <- struct{}{}:
	default:
	}
}

// Totals returns the counters.
func (w *Watch) Totals() *Totals { return &w.totals }

// Counted are the numbers of tasks since Attach, but for Live.
type Counted struct {
	Started   uint64 // tasks
	Ended     uint64 // be it how it may
	Steps     uint64 // of all tasks
	Live      int    // tasks that have not ended, be they from before
	Forgotten uint64 // ended tasks that are not in the table any more
}

// Count counts tasks. Any goroutine may ask; what it gets may be a moment old.
func (w *Watch) Count() Counted {
	c := Counted{Ended: w.table.ended.get()}
	c.Started = w.loop.lastStarted() - w.firstID
	c.Steps = w.steps.get() + c.Ended
	c.Live = max(0, w.before+int(c.Started-c.Ended))
	c.Forgotten = max(c.Ended, uint64(len(w.table.history))) - uint64(len(w.table.history))
	return c
}

// Suspensions returns how often tasks have suspended. Any goroutine may ask.
func (w *Watch) Suspensions() uint64 { return w.steps.get() }

// time returns the time for a record.
func (w *Watch) time() uint64 {
	if n := w.now.Load(); n != 0 {
		return uint64(n)
	}
	return w.readClock()
}

//go:noinline
func (w *Watch) readClock() uint64 {
	n := int64(w.loop.clock.Now())
	if w.ticks {
		w.now.Store(max(1, n))
		w.want()
	}
	return uint64(n)
}

// stamp returns the time for an entry of the log.
func (w *Watch) stamp() uint64 {
	if hasCycles && w.ticks {
		return cycleCount()
	}
	return uint64(w.loop.clock.Now())
}

// Stamp returns what stamp does, and whether it counts cycles of the processor
// rather than nanoseconds of the loop's clock.
func (w *Watch) Stamp() (stamp uint64, isCycles bool) { return w.stamp(), hasCycles && w.ticks }

// logsSteps reports whether each step is logged.
func (w *Watch) logsSteps() bool { return w != nil && w.log != nil && w.log.steps }

// begun tells the tools that the first step of t begins.
func (t *Task) begun() {
	if g := t.loop.guard; g != nil {
		g.beginStep(t)
	}
	if w := t.loop.monitor; w != nil {
		w.resumed(t)
	}
}

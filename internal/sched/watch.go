package sched

import (
	"context"
	"sync/atomic"
	"unsafe"

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

// started records that t was started with ctx. It is one function, as ended and
// suspended are: a call more is a tenth of what it takes.
func (w *Watch) started(t *Task, ctx context.Context) {
	sites := &w.sites
	if !sameCalls(&sites.last) {
		readCalls(&sites.last)
		sites.find()
	}
	var owner uint64
	if o, ok := ctx.(*Task); ok {
		owner = o.id
	} else {
		owner = ownerOf(ctx, w.loop.current)
	}
	w.add(t, owner, sites.site)
	if w.log != nil {
		w.log.put(LogEntry{At: w.stamp(), Kind: LogStarted, Task: t.id, Other: owner, Slot: t.slot})
	}
}

// add puts t, which the task of a number owns, and which was started by the
// call that returns to start, into the table, if there is room.
func (w *Watch) add(t *Task, owner uint64, start uintptr) {
	slot := w.table.take()
	t.slot = slot
	if slot == 0 {
		w.totals.Dropped.add(1)
		w.totals.Unknown.add(1)
		return
	}
	r := w.table.own(slot)
	r.owner.set(owner)
	r.info.set(uint64(t.number))
	r.start.set(uint64(start))
	r.born.set(w.time())
	var code uintptr
	if t.fn != nil {
		code = **(**uintptr)(unsafe.Pointer(&t.fn))
	}
	if code != w.sites.code {
		code = w.code(t, code)
	}
	r.code.set(uint64(code))
	if code == 0 || t.extras != nil {
		r.addExtra(t)
	}
	r.id.set(t.id)
}

// addExtra adds what only some tasks have.
func (r *record) addExtra(t *Task) {
	e := Extra{Name: t.GivenName()}
	if r.code.own() == 0 {
		e.Function = t.Body().Describe()
	}
	if e != (Extra{}) {
		r.claim(t)
		r.extra.set(&e)
	}
}

// ownerOf returns the number of the task that owns one that is started with
// ctx: the task that ctx belongs to, or else the one that runs.
func ownerOf(ctx context.Context, running *Task) uint64 {
	switch c := ctx.(type) {
	case *Task:
		return c.id
	case *Scope:
		return c.task.id
	case *Loop:
	default:
		if t := taskOrNil(ctx); t != nil {
			return t.id
		}
	}
	if running != nil {
		return running.id
	}
	return 0
}

// coder is a body that knows the function it runs.
type coder interface {
	// Code returns the address of the user's function.
	Code() uintptr
}

// code returns the address of the function that t runs, of which fn is that of
// the function it was made with, if there is one; 0: its body has to describe
// it.
func (w *Watch) code(t *Task, fn uintptr) uintptr {
	if fn != 0 && !w.sites.isOurs(fn+1) {
		w.sites.code = fn
		return fn
	}
	if c, ok := t.Body().(coder); ok {
		return c.Code()
	}
	return 0
}

// suspended records that t suspends.
func (w *Watch) suspended(t *Task) {
	r := w.table.own(t.slot)
	if r.of.own() != t.id {
		r.claim(t)
	}
	r.steps.add(1)
	w.steps.add(1)
	r.since.set(w.time())
	if t.waiting != nil {
		r.waits(t)
	}
}

// ended records that t has ended.
func (w *Watch) ended(t *Task) {
	if w.log != nil {
		w.logEnded(t)
	}
	if t.state != Finished {
		w.failed(t)
	}
	if t.slot == 0 {
		w.table.ended.add(1)
		w.totals.Unknown.set(w.totals.Unknown.own() - 1)
		return
	}
	r := w.table.own(t.slot)
	r.info.set(r.info.own() | uint64(t.state)<<32)
	r.ended.set(w.time())
	if r.of.own() == t.id {
		r.task.set(nil)
	}
	w.table.retire(t.slot, r)
}

// failed records how t has ended, which has not finished.
func (w *Watch) failed(t *Task) {
	if t.state == Failed {
		w.totals.Failed.add(1)
	} else {
		w.totals.Canceled.add(1)
	}
	if t.slot != 0 {
		r := w.table.own(t.slot)
		r.extra.set(r.claimed(t).withError(t.Peek()))
	}
}

// renamed records that t was given a name.
func (w *Watch) renamed(t *Task) {
	if t.slot != 0 {
		r := w.table.own(t.slot)
		e := r.claimed(t).copy()
		e.Name = t.GivenName()
		r.extra.set(e)
	}
}

// canceled records that the scope s of t, nil for its own, was asked to stop.
func (w *Watch) canceled(t *Task, s *Scope, e *ending) {
	c := &Cancellation{At: w.time(), Within: s != nil, Name: w.by, Cause: errorText(e.cause)}
	by := w.loop.Current()
	switch {
	case w.by != "":
	case e.timedOut():
		c.Name = "a timeout"
	case by != nil:
		c.By, c.Name = by.id, by.Name()
	default:
		c.Name = "a callback"
	}
	if t.slot != 0 {
		r := w.table.own(t.slot)
		r.extra.set(r.claimed(t).withCancellation(c))
	}
	if w.log != nil {
		w.log.put(LogEntry{At: w.stamp(), Kind: LogCanceled, Task: t.id, Other: c.By, Slot: t.slot})
	}
}

// CancelAs does t.Cancel(cause), which is told to come from by.
func (w *Watch) CancelAs(by string, t *Task, cause error) bool {
	w.by = by
	defer func() { w.by = "" }()
	return t.Cancel(cause)
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

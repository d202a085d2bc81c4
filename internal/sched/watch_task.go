package sched

import (
	"context"
	"unsafe"
)

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

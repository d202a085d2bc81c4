package sched

import (
	"sync/atomic"
	"time"
)

// A Handle is a callback that waits for its turn. Cancel and Canceled of one
// without a time may be called from any goroutine, the rest is the loop's.
type Handle struct {
	fn    func()
	loop  *Loop
	timer Timer
	when  time.Duration
	state atomic.Uint32
}

// How far a handle has come. The goroutine that changes the state has fn.
const (
	handleWaits = iota
	handleCalled
	handleCanceled
)

// Timer returns the timer of a callback that has a time.
func (h *Handle) Timer() *Timer { return &h.timer }

// Fire calls the callback. A panic in it goes to the loop's error handler.
func (h *Handle) Fire() {
	if !h.state.CompareAndSwap(handleWaits, handleCalled) {
		return
	}
	fn := h.fn
	h.fn = nil
	defer h.loop.reportPanic("callback")
	fn()
}

// Cancel keeps the callback from being called, if that has not happened yet.
func (h *Handle) Cancel() {
	if h.when != noDeadline {
		h.loop.guard.check("a callback with a time was canceled")
	}
	if h.state.CompareAndSwap(handleWaits, handleCanceled) {
		h.fn = nil
	} else {
		h.state.Store(handleCanceled) // as asyncio's Handle, that was called
	}
	if h.when != noDeadline {
		h.loop.timers.stop(&h.timer)
	}
}

// Func returns the callback, nil once it was called or canceled.
func (h *Handle) Func() func() { return h.fn }

// Called reports whether the callback was called, or canceled.
func (h *Handle) Called() bool { return h.fn == nil }

// Canceled reports whether Cancel was called.
func (h *Handle) Canceled() bool { return h.state.Load() == handleCanceled }

// When returns the loop's time at which the callback is due; false without a
// time.
func (h *Handle) When() (time.Duration, bool) { return h.when, h.when != noDeadline }

// CallSoon lets fn be called in its turn: with the next iteration.
func (l *Loop) CallSoon(fn func()) *Handle {
	l.mustBeOpen()
	l.guard.check("CallSoon")
	h := l.Callback(fn)
	l.collectPosted()
	l.ready.push(h)
	return h
}

// Callback makes a handle of fn that stands nowhere yet. It may be called from
// any goroutine.
func (l *Loop) Callback(fn func()) *Handle {
	mustHaveCallback(fn)
	return &Handle{fn: fn, loop: l, when: noDeadline}
}

func mustHaveCallback(fn func()) {
	if fn == nil {
		panic("async: a nil callback: give the function to call")
	}
}

// CallAt lets fn be called when the loop's time has come.
func (l *Loop) CallAt(when time.Duration, fn func()) *Handle {
	l.mustBeOpen()
	l.guard.check("CallAt")
	mustHaveCallback(fn)
	h := &Handle{fn: fn, loop: l, when: when}
	l.timers.set(h, when)
	return h
}

// A Callback calls a function in turns of its own, as often as it is asked to.
// It is a Handle that can be used again, and allocates nothing.
type Callback struct {
	fn     func()
	loop   *Loop
	queued atomic.Bool // it stands in the inbox or in the ready queue
}

// NewCallback makes a Callback of fn.
func (l *Loop) NewCallback(fn func()) *Callback { return &Callback{fn: fn, loop: l} }

// Notify lets the function be called with the loop's next iteration. It may be
// called from any goroutine, and reports whether the loop is still there.
func (c *Callback) Notify() bool {
	if !c.queued.CompareAndSwap(false, true) {
		return true
	}
	return c.loop.Post(c)
}

// Enqueue does what Notify does, for the holder of the baton: the function's
// turn is behind what is ready.
func (c *Callback) Enqueue() {
	if c.queued.CompareAndSwap(false, true) {
		c.loop.enqueue(c)
	}
}

// Arrive does what Enqueue does, for what a poller would tell of: the
// function's turn is at the beginning of the next iteration, behind what is
// ready then.
func (c *Callback) Arrive() {
	if c.queued.CompareAndSwap(false, true) {
		c.loop.arrive(c)
	}
}

// TakeTurn fires c now, unless it is about to: for who is an entry that runs.
func (c *Callback) TakeTurn() {
	if !c.queued.Load() {
		c.Fire()
	}
}

// Fire calls the function. A panic in it goes to the loop's error handler.
func (c *Callback) Fire() {
	c.queued.Store(false)
	defer c.loop.reportPanic("callback")
	c.fn()
}

// Check does what Loop.Check does.
func (c *Callback) Check(operation string) { c.loop.guard.check(operation) }

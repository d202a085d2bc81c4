package sched

import "sync/atomic"

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

// Enqueue does what Notify does, for who holds the baton: the function's turn
// is behind what is ready.
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

// Fire calls the function. A panic in it goes to the loop's error handler.
func (c *Callback) Fire() {
	c.queued.Store(false)
	defer c.loop.reportPanic("callback")
	c.fn()
}

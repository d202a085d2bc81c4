package sched

import "time"

// State says how far a future has come.
type State uint8

// The states of a future.
const (
	Pending  State = iota
	Finished       // with a value
	Failed         // with an error
	Canceled
)

// A Future is the core of something that is not there yet: it knows when it is done and who
// waits for that. What it is done with, its typed shell knows.
type Future struct {
	loop    *Loop
	waiters List
	err     error
	state   State
}

// Init makes f a pending future of l.
func (f *Future) Init(l *Loop) { f.loop = l }

// Loop is the loop that f belongs to.
func (f *Future) Loop() *Loop { return f.loop }

// State says how far f has come.
func (f *Future) State() State { return f.state }

// Settled reports whether f has a result, an error, or was canceled.
func (f *Future) Settled() bool { return f.state != Pending }

// Finish ends f with a value, kept by the shell, or fails with ErrInvalidState.
func (f *Future) Finish() error {
	f.loop.guard.check("a future was given its result")
	return f.settle(Finished, nil)
}

// Fail ends f with an error, or fails with ErrInvalidState. With a CanceledError f counts as canceled.
func (f *Future) Fail(err error) error {
	f.loop.guard.check("a future was given its error")
	if f.state != Pending {
		return ErrInvalidState
	}
	if IsCanceled(err) {
		return f.settle(Canceled, err)
	}
	return f.settle(Failed, f.loop.unretrieved("Future", err, f, nil))
}

// Cancel ends f as canceled. It reports whether f was still pending.
func (f *Future) Cancel(cause error) bool {
	f.loop.guard.check("a future was canceled")
	return f.settle(Canceled, &CanceledError{cause}) == nil
}

// settle ends f and puts everybody who waits for it into the ready queue, in the order they came.
func (f *Future) settle(s State, err error) error {
	if f.state != Pending {
		return ErrInvalidState
	}
	f.state, f.err = s, err
	if f.waiters.first != nil {
		f.release()
	}
	return nil
}

// release lets those who wait go on.
func (f *Future) release() {
	if t := f.share(); t != nil {
		f.waiters.first = nil
		t.count(f)
	}
	for k := f.waiters.First(); k != nil; k = f.waiters.First() {
		f.waiters.Remove(k)
		if c, ok := k.entry.(*counted); ok {
			c.tally.count(f)
		} else {
			f.loop.ready.push(k.entry)
		}
	}
}

// Notify makes k's entry ready when f is done, or with the next iteration if it is done already.
func (f *Future) Notify(k *Link) {
	if f.state != Pending {
		f.loop.ready.push(k.entry)
		return
	}
	f.join(k)
}

// Forget takes back a Notify. It reports whether the entry was still waiting.
func (f *Future) Forget(k *Link) bool { return f.waiters.Remove(k) }

// Outcome is f's error, nil if it has a value, ErrInvalidState while it is pending. The error counts as retrieved.
func (f *Future) Outcome() error {
	if f.state == Pending {
		return ErrInvalidState
	}
	if u, ok := f.err.(*unretrieved); ok {
		f.err = u.retrieve()
	}
	return f.err
}

// Peek is Outcome without the error counting as retrieved, nil while f is pending.
func (f *Future) Peek() error {
	if u, ok := f.err.(*unretrieved); ok {
		return u.err
	}
	return f.err
}

// Await returns f's error once it is done. It suspends the task of p while f is pending; a
// cancellation is passed on to target, which is f or what f stands for.
func (f *Future) Await(p Place, target Target) error {
	if f.state == Pending {
		t := p.task
		if f.loop != t.loop || f == &t.Future || t.alert {
			if done, err := p.cannotAwait(f, target); done {
				return err
			}
		} else {
			f.join(&t.link)
		}
		t.waiting, t.under = target, p.scope
		t.suspend()
		t.waiting = nil
		if t.alert && p.deliver() {
			return p.reason()
		}
	}
	if f.err == nil {
		return nil
	}
	return p.Told(f.Outcome())
}

// cannotAwait is what an await has to look at that is not a plain one. It reports whether the await is over with that; if not, the
// task waits for f.
func (p Place) cannotAwait(f *Future, target Target) (over bool, err error) {
	t := p.task
	switch {
	case t.dead:
		t.die()
	case f.loop != t.loop:
		t.loop.MustOwn(f)
	case f == &t.Future:
		return true, p.awaitSelf()
	case p.refuses():
		return true, p.reason()
	}
	f.join(&t.link)
	if p.pending() && target.Cancel(p.Cause()) {
		p.deliver()
	}
	return false, nil
}

// MustOwn panics if f is of another loop.
func (l *Loop) MustOwn(f *Future) {
	if f.loop != l {
		panic("async: a future of another loop was awaited: hand results over with a Portal, or run both in one loop")
	}
}

// Disregard makes f's error count as retrieved, though nobody was told. A panic does not go so quietly.
func (f *Future) Disregard() {
	if u, ok := f.err.(*unretrieved); ok {
		if _, panicked := u.err.(*PanicError); !panicked {
			f.err = u.retrieve()
		}
	}
}

// A Target is what a suspended task waits for: it can be told that the task is asked to stop, and says what it is.
type Target interface {
	// Cancel asks for an end of the wait and reports whether that was accepted.
	Cancel(cause error) bool
	// String says what is awaited, for reports.
	String() string
}

// String says that f is a future.
func (f *Future) String() string { return "a future" }

// A Handle is a callback that waits for its turn.
type Handle struct {
	fn       func()
	loop     *Loop
	timer    Timer
	when     time.Duration
	canceled bool
}

// Timer is the timer of a callback that has a time.
func (h *Handle) Timer() *Timer { return &h.timer }

// Fire calls the callback. A panic in it goes to the loop's error handler.
func (h *Handle) Fire() {
	if h.canceled {
		return
	}
	fn := h.fn
	h.fn = nil
	defer h.loop.reportPanic("callback")
	fn()
}

// Cancel keeps the callback from being called, if that has not happened yet.
func (h *Handle) Cancel() {
	h.canceled = true
	h.fn = nil
	h.loop.timers.stop(&h.timer)
}

// Called reports whether the callback was called, or canceled.
func (h *Handle) Called() bool { return h.fn == nil }

// Canceled reports whether Cancel was called.
func (h *Handle) Canceled() bool { return h.canceled }

// When is the loop's time at which the callback is due; false without a time.
func (h *Handle) When() (time.Duration, bool) { return h.when, h.when != noDeadline }

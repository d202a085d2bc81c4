package netpoll

import "time"

// A Waiter is a poller that knows no descriptors and is only interrupted: where
// there is no other, and where time is a test's.
type Waiter struct{ wake chan struct{} }

// NewWaiter makes a waiter.
func NewWaiter() *Waiter { return &Waiter{make(chan struct{}, 1)} }

// Poll waits for an Interrupt, for a time, or without end if wait is negative.
func (w *Waiter) Poll(wait time.Duration, _ bool) {
	if wait < 0 {
		<-w.wake
		return
	}
	if wait == 0 {
		return
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-w.wake:
	case <-t.C:
	}
}

// Interrupt ends a Poll that waits, or the next one.
func (w *Waiter) Interrupt() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Close does nothing.
func (w *Waiter) Close() {}

package monitor

import (
	"sync/atomic"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A question is a function that the loop runs in a turn of its own: an entry of
// the ready queue, as a callback is.
type question struct {
	fn    func()
	taken atomic.Bool   // by the loop, or back
	done  chan struct{} // closed when fn has returned, or never will run
	ran   bool
}

// Fire answers the question. It is called by the loop.
func (q *question) Fire() {
	if q.taken.CompareAndSwap(false, true) {
		q.fn()
		q.ran = true
		close(q.done)
	}
}

// Drop is called in place of Fire when the loop has ended.
func (q *question) Drop() {
	if q.taken.CompareAndSwap(false, true) {
		close(q.done)
	}
}

// ask lets the loop run fn, and waits for that. It returns false if fn has not
// run, and will not: the loop did not take it up in time, or has ended. Who
// holds the baton runs fn itself.
func ask(l *sched.Loop, patience time.Duration, fn func()) bool {
	if l.HeldByCaller() {
		fn()
		return true
	}
	q := &question{fn: fn, done: make(chan struct{})}
	if !l.Post(q) {
		return false
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-q.done:
		return q.ran
	case <-timer.C:
	}
	if q.taken.CompareAndSwap(false, true) {
		return false
	}
	<-q.done
	return q.ran
}

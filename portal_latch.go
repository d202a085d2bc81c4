package async

import (
	"context"
	"sync"
	"sync/atomic"
)

// A latch is opened once. Goroutines outside of a loop wait for that: most
// often one does, with a channel that others have waited with before.
type latch struct {
	waiters atomic.Pointer[latchWaiter] // the last to come first; opened, once it is
}

// latchWaiter is a place among those that wait for a latch.
type latchWaiter struct {
	open   chan struct{} // has room for one
	closes bool          // it is for any number, and is closed in place of being sent to
	next   *latchWaiter  // who came before
}

// opened stands for the waiters of a latch that is open.
var opened = func() *latchWaiter {
	w := &latchWaiter{open: make(chan struct{}), closes: true}
	close(w.open)
	return w
}()

// isOpen reports whether l was opened.
func (l *latch) isOpen() bool { return l.waiters.Load() == opened }

// setOpen opens l. It touches l no more once it has woken anybody.
func (l *latch) setOpen() {
	for w := l.waiters.Swap(opened); w != nil; {
		next := w.next // w is of use to others once it is woken
		if w.closes {
			close(w.open)
		} else {
			w.open <- struct{}{}
		}
		w = next
	}
}

// add puts w among the waiters. It returns false if l is open.
func (l *latch) add(w *latchWaiter) bool {
	for {
		w.next = l.waiters.Load()
		if w.next == opened {
			return false
		}
		if l.waiters.CompareAndSwap(w.next, w) {
			return true
		}
	}
}

// channel returns a channel that is closed when l is open.
func (l *latch) channel() <-chan struct{} {
	made := &latchWaiter{closes: true}
	for {
		first := l.waiters.Load()
		for w := first; w != nil; w = w.next {
			if w.closes {
				return w.open
			}
		}
		if made.open == nil {
			made.open = make(chan struct{})
		}
		made.next = first
		if l.waiters.CompareAndSwap(first, made) {
			return made.open
		}
	}
}

// wait blocks until l is open, or ctx done, whose cause it returns then. The
// pool is for what goroutines wait with.
func (l *latch) wait(ctx context.Context, pool *sync.Pool) error {
	w, _ := pool.Get().(*latchWaiter)
	if w == nil {
		w = &latchWaiter{open: make(chan struct{}, 1)}
	}
	if l.add(w) {
		if done := ctx.Done(); done == nil {
			<-w.open // costs half of a select
		} else {
			select {
			case <-w.open:
			case <-done:
				return context.Cause(ctx) // w is the latch's for good
			}
		}
	}
	pool.Put(w)
	return nil
}

package sched

// State says how far a future has come.
type State uint8

// The states of a future.
const (
	Pending  State = iota
	Finished       // with a value
	Failed         // with an error
	Canceled
)

// A Future is the core of something that is not there yet: it knows when it is
// done and what waits for that. Its typed shell knows the value.
type Future struct {
	waiters List
	err     error
	state   State
	ended   uint32 // its number among the futures of the loop that have ended
	loop    *Loop
}

// Init makes f a pending future of l.
func (f *Future) Init(l *Loop) { f.loop = l }

// MustBeMade panics if f is of no loop.
func (f *Future) MustBeMade() {
	if f.loop == nil {
		panic("async: a zero Future or Task was used: make a future with NewFuture and a task with Go")
	}
}

// Loop returns the loop of f.
func (f *Future) Loop() *Loop { return f.loop }

// State returns the state of f.
func (f *Future) State() State { return f.state }

// Settled reports whether f has a result, an error, or was canceled.
func (f *Future) Settled() bool { return f.state != Pending }

// Finish ends f with a value, kept by the shell, or fails with ErrInvalidState.
func (f *Future) Finish() error {
	f.loop.guard.check("a future was given its result")
	return f.settle(Finished, nil)
}

// Fail ends f with an error, or fails with ErrInvalidState. With a
// CanceledError f counts as canceled.
func (f *Future) Fail(err error) error {
	f.loop.guard.check("a future was given its error")
	if f.state != Pending {
		return ErrInvalidState
	}
	if IsCanceled(err) {
		return f.settle(Canceled, err)
	}
	return f.settle(Failed, f.loop.trackUnretrieved("Future", err, f, 0))
}

// Cancel ends f as canceled. It reports whether f was still pending.
func (f *Future) Cancel(cause error) bool {
	f.loop.guard.check("a future was canceled")
	return f.settle(Canceled, &CanceledError{cause}) == nil
}

// settle ends f and puts all waiters into the ready queue, in the order they
// came.
func (f *Future) settle(s State, err error) error {
	if f.state != Pending {
		return ErrInvalidState
	}
	f.loop.ended++
	f.state, f.err, f.ended = s, err, f.loop.ended
	if f.waiters.first != nil {
		f.release()
	}
	return nil
}

// EndedBefore reports whether f ended before other, where both have.
func (f *Future) EndedBefore(other *Future) bool {
	return int32(f.ended-other.ended) < 0 // the numbers begin anew after the last
}

// release makes the waiters ready.
//
// While the loop idles nobody holds the baton, so that this is a goroutine that
// has no business here, and ought to use a Portal, which debug mode reports;
// but its wakeup is not to be lost in silence.
func (f *Future) release() {
	if s := f.sharedBy(); s != nil {
		f.waiters.first = nil
		s.futureEnded(f)
	}
	for k := f.waiters.First(); k != nil; k = f.waiters.First() {
		f.waiters.Remove(k)
		switch e := k.entry.(type) {
		case *Task:
			e.waitState = woken
		case *waitSetEntry:
			e.set.futureEnded(f)
			continue
		case *follower:
			e.Fire() // at once: what was canceled must not begin meanwhile
			continue
		}
		f.loop.collectPosted()
		f.loop.ready.push(k.entry)
	}
	if f.loop.inbox.idling.Load() != awakeLoop {
		f.loop.Rouse()
	}
}

// Notify makes k's entry ready when f is done, or with the next iteration if it
// is done already.
func (f *Future) Notify(k *Link) {
	if f.state != Pending {
		f.loop.enqueue(k.entry)
		return
	}
	f.addWaiter(k)
}

// Forget takes back a Notify. It reports whether the entry was still waiting.
func (f *Future) Forget(k *Link) bool { return f.waiters.Remove(k) }

// Outcome returns f's error, nil if it has a value, ErrInvalidState while it is
// pending. The error counts as retrieved.
func (f *Future) Outcome() error {
	if f.state == Pending {
		return ErrInvalidState
	}
	if u, ok := f.err.(*unretrieved); ok {
		f.err = u.retrieve()
	}
	return f.err
}

// Peek returns f's error without it counting as retrieved; nil while f is
// pending.
func (f *Future) Peek() error {
	if u, ok := f.err.(*unretrieved); ok {
		return u.err
	}
	return f.err
}

// MarkRetrieved makes f's error, if it has one, count as retrieved, although it
// was not returned to anything. A panic does not go so quietly.
func (f *Future) MarkRetrieved() {
	if u, ok := f.err.(*unretrieved); ok {
		if _, panicked := u.err.(*PanicError); !panicked {
			f.err = u.retrieve()
		}
	}
}

// String names a future for reports.
func (f *Future) String() string { return "a future" }

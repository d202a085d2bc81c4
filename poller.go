package async

import (
	"context"
	"fmt"
	"io"

	"github.com/gobaton/async/internal/sched"
)

// A Poller brings to a loop what the operating system tells it of, as a
// selector does for asyncio's. Package streams has one for sockets; it is of
// use to packages that bring in something else.
//
//	type Poller interface {
//		// Poll puts what has happened into the loop's ready queue. If nothing
//		// has, it waits for it: not at all if wait is 0, without end if wait is
//		// negative. It also returns after an Interrupt, be it one of before the
//		// call. While it waits with share, other goroutines need the processor.
//		Poll(wait time.Duration, share bool)
//
//		// Interrupt ends a Poll that waits. It does nothing after Close.
//		Interrupt()
//
//		// Close ends the poller: the loop is closed.
//		Close()
//	}
type Poller = sched.Poller

// Poller returns the loop's poller, which is made with newPoller when it is
// first asked for, and closed with the loop. A loop has one. Poller never
// suspends. It panics where the loop's time is virtual: what comes from outside
// has no time there.
func (l *Loop) Poller(newPoller func() (Poller, error)) (Poller, error) {
	l.core.Check("Loop.Poller was called")
	if p := l.core.Poller(); p != nil {
		return p, nil
	}
	if l.core.Clock().Virtual() {
		panic("async: a Poller in a loop whose time is virtual, where nothing comes from outside: use the clock of the machine")
	}
	p, err := newPoller()
	if err != nil {
		return nil, err
	}
	l.core.SetPoller(p)
	return p, nil
}

// Local returns what a package keeps for the loop under a key, which is made
// with newValue when it is first asked for. It is closed with the loop, when
// nothing runs in it any more; its Close may Report. Local never suspends.
func (l *Loop) Local(key any, newValue func() io.Closer) io.Closer {
	l.core.Check("Loop.Local was called")
	return l.core.Local(key, newValue)
}

// Expect adds n, which may be negative, to the number of waits that the outside
// may end. While there are any the loop looks at its Poller, idles in it, and
// is not deadlocked. A Notifier counts its own waits.
func (l *Loop) Expect(n int) {
	l.core.Check("Loop.Expect was called")
	l.core.Expect(n)
}

// Weigh makes the running step count as n more steps when the loop decides
// whether to look at its Poller, which it does after 64 steps if it never
// idles.
func (l *Loop) Weigh(n int) {
	l.core.Check("Loop.Weigh was called")
	l.core.Weigh(n)
}

// A Notifier wakes a task when something has happened that is no task's doing:
// bytes have come, a goroutine has ended. One task waits, and others notify. As
// with asyncio's transports the notification has a turn in the loop, and the
// task that it wakes the turn after.
type Notifier struct {
	core sched.Notifier
}

// NewNotifier makes a notifier. In reports, what is what a task waits for.
// While a task waits for a notifier from outside, the loop is not deadlocked.
func (l *Loop) NewNotifier(what fmt.Stringer, outside bool) *Notifier {
	n := new(Notifier)
	n.core.Init(l.core, what, outside)
	return n
}

// Wait suspends the task until n is notified; it does not suspend if that has
// happened since the last Wait.
//
// If ctx is canceled first, Wait returns its error; a notification that comes
// with the cancellation stays for the next Wait. Wait panics if another task
// waits.
func (n *Notifier) Wait(ctx context.Context) error { return n.core.Wait(sched.Enter(ctx)) }

// Notify ends the Wait, or lets the next one return at once. It may be called
// from any goroutine, and reports whether the loop is still there.
func (n *Notifier) Notify() bool { return n.core.Notify() }

// Enqueue does what Notify does, for the holder of the baton, above all a
// Poller: the notification has its turn behind what is ready already.
func (n *Notifier) Enqueue() {
	n.core.Check("Notifier.Enqueue was called")
	n.core.Enqueue()
}

// Arrive does what Enqueue does, for what a Poller would tell of, but is known
// in the loop: the notification has its turn at the beginning of the next
// iteration, behind all that is ready then, as asyncio's events have.
func (n *Notifier) Arrive() {
	n.core.Check("Notifier.Arrive was called")
	n.core.Arrive()
}

// TakeTurn lets the notification have its turn now, unless it is about to have
// one: for who has a turn of the loop already, such as a Callback's function.
func (n *Notifier) TakeTurn() {
	n.core.Check("Notifier.TakeTurn was called")
	n.core.TakeTurn()
}

// A Callback lets a function be called in turns of its own, again and again. It
// does what CallSoon and CallSoonThreadsafe do, without allocating.
type Callback struct {
	core *sched.Callback
}

// NewCallback makes a Callback of fn. A panic in fn goes to the error handler.
func (l *Loop) NewCallback(fn func()) *Callback { return &Callback{l.core.NewCallback(fn)} }

// Notify lets the function be called with the next iteration, once, however
// often Notify was called until then. It may be called from any goroutine, and
// reports whether the loop is still there.
func (c *Callback) Notify() bool { return c.core.Notify() }

// Enqueue does what Notify does, for the holder of the baton: the function's
// turn is behind what is ready already.
func (c *Callback) Enqueue() {
	c.core.Check("Callback.Enqueue was called")
	c.core.Enqueue()
}

// Arrive does what Enqueue does, for what a Poller would tell of, but is known
// in the loop: the function's turn is at the beginning of the next iteration,
// behind all that is ready then.
func (c *Callback) Arrive() {
	c.core.Check("Callback.Arrive was called")
	c.core.Arrive()
}

// TakeTurn calls the function now, unless it is about to be called: for who has
// a turn of the loop already, such as another Callback's function.
func (c *Callback) TakeTurn() {
	c.core.Check("Callback.TakeTurn was called")
	c.core.TakeTurn()
}

// Report tells the loop's error handler of e; asyncio's call_exception_handler.
// It is for what goes wrong where no caller waits for an error, as in a
// server's connection.
func (l *Loop) Report(e ErrorEvent) { l.core.Report(e) }

package async

import (
	"context"
	"os"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A Clock tells a loop the time, and lets it pass. The zero [Runner] has the
// machine's; package asynctest has one whose time is virtual. A clock serves
// one loop at a time.
type Clock interface {
	// Now returns the time since the clock's zero. It never goes back.
	Now() time.Duration

	// At returns the time of day of a reading.
	At(reading time.Duration) time.Time

	// Wait lets time pass until the reading until, or returns earlier when
	// wake delivers.
	Wait(until time.Duration, wake <-chan struct{})

	// Virtual reports whether time stands still but for Wait.
	Virtual() bool
}

// A Loop runs tasks and callbacks, one at a time; asyncio's event loop. Its
// methods are for its own tasks and callbacks, never suspend, and may be called
// before the loop runs. Other goroutines have the [Portal].
type Loop struct {
	core    *sched.Loop
	runner  *Runner
	signals []*signalHandler
	threads threads
}

// RunningLoop returns the loop that ctx belongs to; asyncio.get_running_loop.
func RunningLoop(ctx context.Context) *Loop {
	l := sched.Of(ctx)
	if shell, ok := l.Owner.(*Loop); ok {
		return shell
	}
	shell := &Loop{core: l}
	l.Owner = shell
	return shell
}

// Now returns the time of day by the loop's clock.
func (l *Loop) Now() time.Time { return l.core.Clock().At(l.core.Now()) }

// Time returns the time since the zero of the loop's clock. It never goes back;
// asyncio's loop.time.
func (l *Loop) Time() time.Duration { return l.core.Now() }

// Virtual reports whether the loop's time is virtual: it passes only while all
// tasks wait, and nothing comes from outside.
func (l *Loop) Virtual() bool { return l.core.Clock().Virtual() }

// Context belongs to the loop and to no task: start tasks with it from
// callbacks, or before the loop runs. Awaiting with it panics.
func (l *Loop) Context() context.Context { return l.core }

// CallSoon lets fn be called in its turn, with the next iteration; asyncio's
// call_soon. A panic in fn goes to the error handler.
func (l *Loop) CallSoon(fn func()) *Handle { return &Handle{l.core.CallSoon(fn), l} }

// CallLater lets fn be called after d. Of callbacks that are due at the same
// time, the one made first is called first; asyncio's call_later.
func (l *Loop) CallLater(d time.Duration, fn func()) *Handle {
	return &Handle{l.core.CallAt(l.core.After(d), fn), l}
}

// CallAt lets fn be called at the time t of the loop's clock; asyncio's
// call_at.
func (l *Loop) CallAt(t time.Time, fn func()) *Handle {
	return &Handle{l.core.CallAt(l.core.Reading(t), fn), l}
}

// A Handle is a callback that waits for its turn; asyncio.Handle and
// TimerHandle.
type Handle struct {
	core *sched.Handle
	loop *Loop
}

// Cancel keeps the callback from being called, if that has not happened yet.
func (h *Handle) Cancel() { h.core.Cancel() }

// Canceled reports whether Cancel was called.
func (h *Handle) Canceled() bool { return h.core.Canceled() }

// When returns the time at which the callback is due; the zero time for one of
// CallSoon.
func (h *Handle) When() time.Time {
	when, ok := h.core.When()
	if !ok {
		return time.Time{}
	}
	return h.loop.core.Clock().At(when)
}

// Stop lets the Run of the loop's [Runner] end after the iteration that runs;
// asyncio's loop.stop. If main has not ended by then, Run returns [ErrStopped],
// and main is left to the next Run, or to Close. A loop of Start ends as with
// Close.
func (l *Loop) Stop() {
	l.core.Check("Loop.Stop was called")
	l.core.Stop()
}

// Portal opens a door to the loop for other goroutines. The loop waits for what
// may come through until it is closed.
//
// Virtual time stands still meanwhile, since the loop cannot know when
// something will come. If timers wait for that for a second of the machine's
// time, it is reported with the place of this call: close the portal, or use
// testing/synctest with the wall clock.
func (l *Loop) Portal() *Portal {
	l.core.Check("Loop.Portal was called")
	p := &Portal{core: l.core}
	l.core.Open(p)
	return p
}

// AddSignalHandler lets fn be called, in its turn, whenever the process
// receives the signal; asyncio's add_signal_handler. It takes the place of an
// earlier handler of the same signal. The loop goes on while there are
// handlers.
//
// It panics for a signal that the system lets nobody catch, and on a loop that
// is closed.
func (l *Loop) AddSignalHandler(sig os.Signal, fn func()) {
	l.core.Check("AddSignalHandler was called")
	mustBeCatchable(sig)
	l.core.MustBeOpen()
	if fn == nil {
		panic("async: a nil signal handler: use RemoveSignalHandler to end the handling of a signal")
	}
	l.RemoveSignalHandler(sig)
	l.signals = append(l.signals, listen(l.core, sig, fn))
	l.core.OnSignal(sig, fn)
}

// RemoveSignalHandler ends the handling of a signal. It reports whether there
// was a handler.
func (l *Loop) RemoveSignalHandler(sig os.Signal) bool {
	l.core.Check("RemoveSignalHandler was called")
	for i, h := range l.signals {
		if h.signal == sig {
			h.close()
			l.core.OnSignal(sig, nil)
			l.signals = append(l.signals[:i], l.signals[i+1:]...)
			return true
		}
	}
	return false
}

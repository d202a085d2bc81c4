package sched

import (
	"sync/atomic"
	"time"
)

// A watchdog reports a step that holds the baton for too long, while it does
// so, and a Close that does not come to its end. A nil watchdog does nothing.
//
// A step does not read the clock, which would cost more than all else that
// debug mode does in it: patrol, on a goroutine of its own, looks which step
// runs, and counts from when it has first seen it. It looks at the machine's
// clock, also where the loop's time is virtual: it decides no order.
type watchdog struct {
	loop  *Loop
	limit time.Duration
	zero  time.Time

	steps  uint64        // how many have begun; the baton's holder's
	step   atomic.Uint64 // the one that runs: its number above that of its task; noStep
	clock  atomic.Int64  // the time since zero when patrol last looked
	parked atomic.Bool   // patrol waits for another step to begin
	wake   chan struct{} // ends that
	stop   chan struct{}
	ended  chan struct{}
	slow   atomic.Int64 // how many steps were too long
	since  atomic.Int64 // since zero, when patrol first saw the step that it saw last
	seen   atomic.Uint64

	lag    lag
	probes atomic.Int32 // that are posted and were not fired
}

const (
	noStep   = 0
	taskBits = 32
	taskMask = 1<<taskBits - 1
)

const (
	// hangs says after how many times the limit of a slow step a Close that
	// still waits for tasks is reported.
	hangs = 50
	// again says how many times as long as before the watchdog waits until
	// it reports the same step again.
	again = 10
	// reports is how often one step is reported at most.
	reports = 8
)

func newWatchdog(l *Loop, limit time.Duration) *watchdog {
	return &watchdog{loop: l, limit: limit, zero: time.Now()}
}

// SlowSteps returns how many steps have held the baton for too long, as far as
// a watchdog saw them.
func (l *Loop) SlowSteps() int {
	if l.watchdog == nil {
		return 0
	}
	return int(l.watchdog.slow.Load())
}

// begin records that a step of t begins, of a callback if t is nil.
func (w *watchdog) begin(t *Task) {
	if w == nil {
		return
	}
	w.steps++
	step := w.steps << taskBits
	if t != nil {
		step |= t.id & taskMask
	}
	w.step.Store(step)
	if w.parked.Load() {
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// pause records that the step has ended.
func (w *watchdog) pause() {
	if w != nil {
		w.step.Store(noStep)
	}
}

// fire fires e, as a step of its own.
func (w *watchdog) fire(e Entry) {
	w.begin(nil)
	defer w.pause() // after a Goexit, too
	e.Fire()
}

// now returns the time since zero, as it was when patrol last looked: not long
// ago, unless it looks no more.
func (w *watchdog) now() time.Duration {
	if w.parked.Load() {
		return time.Since(w.zero)
	}
	return time.Duration(w.clock.Load())
}

func (w *watchdog) start() {
	if w == nil {
		return
	}
	// Made for each Run, which may lie in another synctest bubble than the
	// last.
	w.wake, w.stop, w.ended = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	w.parked.Store(true)
	var closeLimit time.Duration
	if w.loop.drainTo != 0 {
		closeLimit = hangs * w.limit
	}
	go w.patrol(closeLimit)
}

func (w *watchdog) end() {
	if w == nil {
		return
	}
	close(w.stop)
	<-w.ended
}

// patrol looks at the step that runs until the watchdog is stopped. It reports
// a hanging Close after closeLimit, if that is not 0.
func (w *watchdog) patrol(closeLimit time.Duration) {
	defer close(w.ended)
	hang := make(<-chan time.Time)
	if closeLimit > 0 {
		t := time.NewTimer(closeLimit)
		defer t.Stop()
		hang = t.C
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	var seen sighting
	for {
		var look <-chan time.Time // none rather than one now and then, which would let time go on in a synctest bubble
		if wait := w.look(&seen); wait > 0 {
			timer.Reset(wait)
			look = timer.C
		}
		select {
		case <-look:
		case <-w.wake:
		case <-hang:
			w.loop.Post((*hanging)(w.loop))
		case <-w.stop:
			return
		}
		w.clock.Store(int64(time.Since(w.zero)))
		w.parked.Store(false)
	}
}

// sighting is the step that patrol has seen last.
type sighting struct {
	step     uint64
	since    time.Duration // when it saw it first
	due      time.Duration // how long it may last until it is reported
	interval time.Duration // between the report before, or its beginning, and that
	reported int
}

// look looks at the step that runs, reports it if it is due, and returns when
// to look again, 0 if not before another step begins. Where it has seen the
// step before, it asks to be woken when another one begins.
func (w *watchdog) look(seen *sighting) time.Duration {
	now, step := time.Since(w.zero), w.step.Load()
	w.clock.Store(int64(now))
	if step != noStep {
		w.probe(now, step)
	}
	if step != noStep && step != seen.step {
		w.since.Store(int64(now))
		w.seen.Store(step)
		*seen = sighting{step: step, since: now, due: w.limit, interval: w.limit}
		return w.glance()
	}
	w.parked.Store(true)
	if w.step.Load() != step {
		w.parked.Store(false)
		return w.glance()
	}
	if step == noStep || seen.reported == reports {
		return 0
	}
	held := now - seen.since
	if held >= seen.due {
		w.report(step, seen.due, seen.reported > 0)
		seen.reported++
		seen.interval *= again
		seen.due += seen.interval
	}
	return seen.due - held
}

// runningStep is the step that runs.
type runningStep struct {
	task uint64        // the number of its task, 0 for a callback
	held time.Duration // for how long it has held the baton, 0 if that is not known
}

// running returns the step that runs. It may be called from any goroutine.
func (w *watchdog) running() (s runningStep) {
	if w == nil {
		return s
	}
	step, seen, since := w.step.Load(), w.seen.Load(), w.since.Load()
	s.task = step & taskMask
	if step == seen && step != noStep {
		s.held = (time.Since(w.zero) - time.Duration(since)).Round(time.Millisecond)
	}
	return s
}

// glance returns how long after the first look at a step the second one comes,
// by which patrol knows that it lasts.
func (w *watchdog) glance() time.Duration {
	return min(max(w.limit/10, time.Millisecond), 10*time.Millisecond)
}

// report reports a step that has lasted for so long.
func (w *watchdog) report(step uint64, held time.Duration, before bool) {
	if !before {
		w.slow.Add(1)
	}
	e := Event{Message: "a step has held the baton for more than " + held.String(), Held: held}
	e.Task, e.Started = w.loop.guard.describeTask(step & taskMask)
	e.Stack = w.loop.guard.holderStack(step&taskMask != 0)
	w.loop.Report(e)
}

// hanging is the entry that reports a Close that takes long.
type hanging Loop

// Fire reports the tasks that do not end.
func (h *hanging) Fire() {
	l := (*Loop)(h)
	l.Report(Event{Message: "closing the loop waits for tasks that do not end", Err: &HangError{l.Deadlock().Tasks}})
}

// A HangError names the tasks that keep a loop from being closed, and what they
// wait for.
type HangError struct {
	Tasks []string // what each of them is, and waits for
}

// Error returns the report, a line for each task.
func (e *HangError) Error() string {
	return "async: these tasks were canceled and go on:" + lines(e.Tasks)
}

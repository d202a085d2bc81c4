// Package sched decides who runs: it is the baton scheduler under package async, and knows nothing of values.
//
// A Loop owns tasks, callbacks and timers. One of them runs at a time, in the order of the ready queue, which is the
// order of asyncio's call_soon. All state belongs to whoever holds the baton; only the inbox, and the contexts' faces,
// are touched from other goroutines.
//
// The parts, in the order of a reader's interest:
//
//	Loop      the iterations: ready queue, timers, inbox
//	Task      a coroutine; coro is the goroutine that it runs on, suspend gives the baton away
//	Future    who waits for what
//	Place     where in a task an await happens: await, Park, Yield and Sleep
//	Scope     a stretch of a task that can be asked to stop; cancel.go has the rules
//	face      what the standard library sees of a task or a scope
package sched

import (
	"context"
	"time"

	"github.com/gobaton/async/internal/clock"
)

// Config is what a loop is made with. The zero Config is ready.
type Config struct {
	Clock    clock.Clock     // nil: the wall clock
	OnError  func(*Event)    // told what nobody else is told; nil: ignored
	Observer Observer        // nil: none
	Eager    bool            // start tasks eagerly
	Debug    bool            // note where tasks were started
	Strict   bool            // catch goroutines that do not hold the baton
	SlowStep time.Duration   // tell of steps that hold the baton longer, and be strict; 0: do not
	Guide    Guide           // decides who runs next; nil: the order of the queue
	Coros    *Coros          // where coroutines come from, and go when the loop is closed; nil: its own
	Patient  bool            // tell unretrieved errors only when the loop is closed, in order
	Values   context.Context // the values that callbacks and tasks of Loop.Context see; nil: none
}

// A Loop runs tasks, one at a time.
type Loop struct {
	Shell any // what package async keeps of the loop
	Lab   any // what package asynctest does

	ready   ring
	batch   int   // entries of this iteration that have not run yet
	current *Task // who runs; stale while a callback does
	driver  *Task // the suspended task on whose goroutine the loop runs; nil: that of Run
	eager   int   // how many first steps run within other steps
	timers  timers
	clock   clock.Clock
	tasks   roll
	idle    []*coro
	lost    []*coro // taken by a Goexit
	lastID  uint64

	foreign  List // the tasks that are suspended under contexts of others, in the order they suspended
	inbox    inbox
	out      int // what was handed to other goroutines and will come back
	open     int // Portals that are open
	state    loopState
	stopping bool   // the iteration that runs is the last
	draining uint64 // Close waits for the tasks up to this number
	killing  bool   // tasks end by Goexit
	watched  bool   // suspensions have to look closer: an observer is there, or killing is true
	exiting  bool   // a task called Goexit: the iteration that runs is the last
	exited   bool   // some task did
	lasting  bool   // a Goexit ends the task alone
	probing  *Task

	faces       faces
	failures    List // errors that nobody has asked for
	onError     func(*Event)
	observer    Observer
	debug       bool
	guard       *guard
	watchdog    *watchdog
	guide       Guide
	coros       *Coros
	choices     []Entry // what the guide is asked about
	idlers      List    // who waits for the others to be blocked
	patient     bool
	values      context.Context
	alwaysEager bool

	offloads offloads
	last     Body // what runs when all tasks have ended
}

type loopState uint8

const (
	loopIdle loopState = iota
	loopRunning
	loopClosed
)

// New makes a loop.
func New(c Config) *Loop {
	l := &Loop{clock: c.Clock, onError: c.OnError, observer: c.Observer, debug: c.Debug, patient: c.Patient, values: c.Values, alwaysEager: c.Eager, guide: c.Guide}
	if l.clock == nil {
		l.clock = clock.NewWall()
	}
	if l.values == nil {
		l.values = context.Background()
	}
	l.values = inherit(l.values)
	l.inbox.wake, l.inbox.hand = make(chan struct{}, 1), make(chan Entry, 1)
	l.equip(c)
	return l
}

// Now is the loop's time: since the zero of its clock.
func (l *Loop) Now() time.Duration { return l.clock.Now() }

// Clock is the clock the loop reads.
func (l *Loop) Clock() clock.Clock { return l.clock }

// Current is the task that runs, or nil.
func (l *Loop) Current() *Task {
	if l.guard != nil {
		return l.guard.current()
	}
	return l.current
}

// Ready puts e at the end of the ready queue.
func (l *Loop) Ready(e Entry) { l.ready.push(e) }

// Tasks are the tasks that have not ended, in the order they were started.
func (l *Loop) Tasks() []*Task {
	return l.tasks.all()
}

// CallSoon lets fn be called in its turn: with the next iteration.
func (l *Loop) CallSoon(fn func()) *Handle {
	l.mustBeOpen()
	l.guard.check("CallSoon")
	h := l.Callback(fn)
	l.ready.push(h)
	return h
}

// Callback makes a handle of fn that stands nowhere yet. It may be called from any goroutine.
func (l *Loop) Callback(fn func()) *Handle { return &Handle{fn: fn, loop: l, when: noDeadline} }

// After is the loop's time after d.
func (l *Loop) After(d time.Duration) time.Duration { return after(l.Now(), d) }

// Reading is the loop's time at a time of day.
func (l *Loop) Reading(t time.Time) time.Duration { return t.Sub(l.clock.At(0)) }

// Eager reports whether tasks are to be started eagerly.
func (l *Loop) Eager() bool { return l.alwaysEager }

// CallAt lets fn be called when the loop's time has come.
func (l *Loop) CallAt(when time.Duration, fn func()) *Handle {
	l.mustBeOpen()
	l.guard.check("CallAt")
	h := &Handle{fn: fn, loop: l, when: when}
	l.timers.set(h, when)
	return h
}

// SetTimer lets owner become ready when the loop's time has come. Its timer must not be set.
func (l *Loop) SetTimer(owner Timed, when time.Duration) { l.timers.set(owner, when) }

// StopTimer takes back SetTimer. It reports whether the time had not come.
func (l *Loop) StopTimer(t *Timer) bool { return l.timers.stop(t) }

// Stop lets Run return when the iteration that runs has ended.
func (l *Loop) Stop() { l.stopping = true }

// End says why a Run ended.
type End int

// The ends of a Run.
const (
	Stopped    End = iota // by Stop
	Exited                // a task called Goexit
	Deadlocked            // nothing can ever wake a task again
)

// Run runs iterations until it ends, always after a whole one. What is left in the ready queue stays there for
// the next Run.
func (l *Loop) Run(ctx context.Context) End {
	l.state = loopRunning
	defer l.leave()
	if l.debug {
		defer l.debugRun()()
	}
	for {
		switch {
		case l.batch > 0:
		case l.exiting:
			return Exited
		case l.stopping:
			return Stopped
		case !l.await(ctx):
			return Deadlocked
		}
		if l.guided() {
			l.runGuided()
		} else {
			l.runBatch()
		}
	}
}

// leave ends a Run. The coroutines that are idle end with it: they are of this goroutine's bubble of testing/synctest, and locked to
// its thread if it is.
func (l *Loop) leave() {
	l.state, l.stopping, l.exiting, l.current = loopIdle, false, false, nil
	if l.coros == nil {
		l.dismiss()
	}
}

// IsRunning reports whether Run runs.
func (l *Loop) IsRunning() bool { return l.state == loopRunning }

// Exited reports whether a task has called Goexit.
func (l *Loop) Exited() bool { return l.exited }

// Outlast makes a Goexit end the task alone that calls it, with ErrGoexit, and not the loop's Run.
func (l *Loop) Outlast() { l.lasting = true }

// runBatch runs what is left of an iteration, or until a Goexit cuts it short.
func (l *Loop) runBatch() {
	for l.batch > 0 {
		e := l.ready.peek()
		l.drop()
		if t, ok := e.(*Task); ok {
			l.step(t)
			continue
		}
		l.current = nil
		e.Fire()
	}
}

// drop takes the first entry of the batch out of the queue.
func (l *Loop) drop() {
	l.ready.pop()
	l.batch--
}

// advance begins an iteration: what came in from outside, then the timers that are due, join the ready queue, and what
// stands there is the batch. It reports whether there is anything.
func (l *Loop) advance() bool {
	if l.foreign.First() != nil {
		l.pollForeign()
	}
	if l.inbox.full.Load() {
		l.collect()
	}
	if len(l.timers.heap) > 0 {
		now := l.clock.Now()
		for e, ok := l.timers.due(now); ok; e, ok = l.timers.due(now) {
			l.ready.push(e)
		}
	}
	l.batch = l.ready.len()
	return l.batch > 0
}

// await begins an iteration, idling until there is something to do. It returns false if nothing can ever happen.
func (l *Loop) await(ctx context.Context) bool {
	if len(l.lost) > 0 {
		l.bury()
	}
	for !l.advance() {
		if l.wakeIdler() {
			continue
		}
		l.ready.forget()
		if !l.rest(ctx) {
			return false
		}
	}
	return true
}

// rest idles until the next timer, or until something comes in.
func (l *Loop) rest(ctx context.Context) bool {
	waiting := l.out > 0 || l.open > 0
	next, timers := l.timers.next()
	if l.clock.Virtual() {
		switch {
		case l.offloads.heed():
		case waiting:
			l.inbox.rest(nil, 0)
		case timers:
			l.clock.Wait(next, nil)
		default:
			return false
		}
		return true
	}
	if !timers && !waiting && l.foreign.First() == nil && ctx.Done() == nil {
		return false
	}
	if timers {
		l.inbox.rest(l.clock, next)
	} else {
		l.restForHand()
	}
	return true
}

// Closed reports whether the loop has ended for good.
func (l *Loop) Closed() bool { return l.state == loopClosed }

func (l *Loop) mustBeOpen() {
	if l.state == loopClosed {
		panic("async: the loop is closed: start tasks and callbacks while Run, or the Runner, is open")
	}
}

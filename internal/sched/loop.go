package sched

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"github.com/gobaton/async/internal/clock"
)

// Config has the options of a loop. The zero Config is ready.
type Config struct {
	Clock         clock.Clock     // nil: the wall clock
	OnError       func(*Event)    // called with errors that nothing else returns; nil: they are dropped
	Observer      Observer        // nil: none
	Eager         bool            // start tasks eagerly
	Debug         bool            // note where tasks were started
	Strict        bool            // catch goroutines that do not hold the baton
	SlowStep      time.Duration   // report steps that hold the baton longer, and be strict; 0: do not
	Picker        Picker          // decides who runs next; nil: the order of the queue
	Coros         *CoroPool       // where coroutines come from, and go when the loop is closed; nil: its own
	ReportAtClose bool            // report unretrieved errors only when the loop is closed, in order
	Values        context.Context // the values that callbacks and tasks of Loop.Context see; nil: none
}

// A Loop runs tasks, one at a time.
type Loop struct {
	Owner  any // the loop of package async
	Tester any // what tests the loop, for package asynctest

	ready       ring
	home        atomic.Uintptr // the goroutine of Run, as self tells it; 0: it does not run
	batch       int            // entries of this iteration that have not run yet
	current     *Task          // the task that runs; nil while a callback does
	driver      *Task          // the suspended task on whose goroutine the loop runs; nil: that of Run
	eager       int            // how many first steps run within other steps
	timers      timers
	clock       clock.Clock
	tasks       taskList
	idleCoros   []*coro
	surplus     surplus
	exitedCoros []*coro // that a Goexit ends
	lastID      uint64
	unnamed     uint32 // tasks that were started without a name
	ended       uint32 // how many futures have
	failed      int    // awaits that requests have failed, up to manyFailed

	foreign   List // the tasks that are suspended under contexts of others, in the order they suspended
	suspended int  // how many those are
	unlooked  int  // entries run since the loop looked at their contexts
	inbox     inbox
	out       int // what was handed to other goroutines and will come back
	open      int // Portals that are open

	listeners    int // for what need not ever come
	channelWaits int // of those that are out, how many wait for a channel

	openings      []opening // the Portals
	stallReported bool
	state         loopState
	phase         phase
	drainTo       uint64 // a shutdown waits for the tasks up to this number; 0: none does
	endCause      error  // that tasks are canceled with in the shutdown
	sweep         *sweep // many tasks are being canceled
	slowSuspend   bool   // suspensions have to look closer: there are tools, or tasks are killed
	slowResume    bool   // and so have tasks when they go on, or begin
	observed      bool   // somebody is told when tasks start and end
	exited        bool   // a task has called Goexit
	probing       *Task

	goexitEndsTaskOnly bool
	members            *goroutines

	contexts          contexts
	unretrievedErrors List // errors that nobody has asked for
	onError           func(*Event)
	observer          Observer
	monitor           *Watch
	debug             bool
	origins           origins
	guard             *guard
	watchdog          *watchdog
	picker            Picker
	coroPool          *CoroPool
	choices           []Entry // what the picker is asked about
	idlers            List    // tasks that wait for the others to be blocked
	reportAtClose     bool
	values            context.Context
	alwaysEager       bool

	offloads  offloads
	finalizer finalizer
	poll      poll
	locals    []local
	onSignal  map[os.Signal]func()
}

// loopState says whether Run runs, and for how long.
type loopState uint8

const (
	loopIdle     loopState = iota // Run does not run
	loopStopped                   // nor will it for longer than an iteration: Stop was called
	loopRunning                   // Run runs
	loopStopping                  // Stop was called: the iteration that runs is the last
	loopExiting                   // a task called Goexit: the iteration that runs is the last
)

// New makes a loop.
func New(c Config) *Loop {
	l := &Loop{clock: c.Clock, onError: c.OnError, observer: c.Observer, debug: c.Debug, reportAtClose: c.ReportAtClose, values: c.Values, alwaysEager: c.Eager, picker: c.Picker}
	if l.clock == nil {
		l.clock = clock.NewWall()
	}
	if l.values == nil {
		l.values = context.Background()
	}
	l.values = inherit(l.values)
	l.inbox.wake, l.inbox.handoff = make(chan struct{}, 1), make(chan Entry, 1)
	l.addTools(c)
	return l
}

// Now returns the loop's time: since the zero of its clock.
func (l *Loop) Now() time.Duration { return l.clock.Now() }

// Clock returns the clock the loop reads.
func (l *Loop) Clock() clock.Clock { return l.clock }

// Current returns the task that runs, or nil.
func (l *Loop) Current() *Task {
	if l.guard == nil {
		return l.current
	}
	return l.guard.current()
}

// Tasks returns the tasks that have not ended, in the order they were started.
func (l *Loop) Tasks() []*Task {
	return l.tasks.all()
}

// After returns the loop's time after d.
func (l *Loop) After(d time.Duration) time.Duration { return after(l.Now(), d) }

// Reading returns the loop's time at a time of day.
func (l *Loop) Reading(t time.Time) time.Duration { return t.Sub(l.clock.At(0)) }

// Eager reports whether tasks are to be started eagerly.
func (l *Loop) Eager() bool { return l.alwaysEager }

// SetTimer lets owner become ready when the loop's time has come. Its timer
// must not be set.
func (l *Loop) SetTimer(owner Timed, when time.Duration) { l.timers.set(owner, when) }

// StopTimer takes back SetTimer. It reports whether the time had not come.
func (l *Loop) StopTimer(t *Timer) bool { return l.timers.stop(t) }

// Stop lets Run return when the iteration that runs has ended, or its first one
// if it does not run.
func (l *Loop) Stop() {
	switch l.state {
	case loopIdle:
		l.state = loopStopped
	case loopRunning:
		l.state = loopStopping
	}
}

// IsRunning reports whether Run runs.
func (l *Loop) IsRunning() bool { return l.state >= loopRunning }

// Exited reports whether a task has called Goexit.
func (l *Loop) Exited() bool { return l.exited }

// GoexitEndsTaskOnly makes a Goexit end the task alone that calls it, with
// ErrGoexit, and not the loop's Run.
func (l *Loop) GoexitEndsTaskOnly() { l.goexitEndsTaskOnly = true }

// Closed reports whether the loop has ended for good.
func (l *Loop) Closed() bool { return l.phase == phaseClosed }

// MustBeOpen panics if the loop has ended for good.
func (l *Loop) MustBeOpen() { l.mustBeOpen() }

func (l *Loop) mustBeOpen() {
	if l.phase == phaseClosed {
		panic("async: the loop is closed: start tasks and callbacks while Run, or the Runner, is open")
	}
}

package monitor

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// ErrUnknownTask is returned for a task that has ended, or never was.
var ErrUnknownTask = errors.New("monitor: no task of that number: it has ended, or never was")

// ErrClosed is returned when the loop has ended, or the monitor is detached.
var ErrClosed = errors.New("monitor: the loop has ended, or the monitor is detached")

// ErrNoAnswer is returned when the loop has not answered in time: a step holds
// the baton, or the loop does not run.
var ErrNoAnswer = errors.New("monitor: the loop did not answer in time")

// A Monitor looks at a loop. All its methods may be called from any goroutine.
type Monitor struct {
	loop     *sched.Loop
	watch    *sched.Watch
	options  Options
	detached atomic.Bool
	changed  chan struct{} // has room for one: look at streams and at detached
	done     chan struct{} // closed when the monitor's goroutine has ended

	mu      sync.Mutex
	samples samples
	streams []*Stream
	logs    []*sched.Log // the last is the one that the loop writes
	stamps  stamps
	lost    uint64 // events that streams have missed
	known   counted
	names   *namer // for events
}

// counted are numbers that only the loop knows, as it told them last.
type counted struct{ unretrieved int }

// Attach begins to look at ctx's loop: the context of a task, or that of
// Loop.Context before the loop runs. It has to be called by the holder of the
// baton, and takes a moment for each task that is there already. It never
// suspends.
//
// The monitor has a goroutine of its own, which ends with Detach, or with the
// loop. Attach panics if the loop has a monitor already.
func Attach(ctx context.Context, o Options) *Monitor {
	l := sched.Of(ctx)
	if l.Watched() {
		panic("monitor: the loop has a monitor already: share it")
	}
	l.MustBeOpen()
	o = o.withDefaults()
	m := &Monitor{loop: l, options: o, names: newNamer(), changed: make(chan struct{}, 1), done: make(chan struct{})}
	m.watch = l.Attach(sched.WatchConfig{Tasks: o.Tasks, History: o.History})
	go m.run()
	return m
}

// Detach ends the monitor and its streams: from then on the loop pays nothing
// for it. What was gathered can still be asked for. It does nothing the second
// time.
//
// If the loop does not answer in time, it lets go of the monitor when it does.
func (m *Monitor) Detach() {
	if m.detached.Swap(true) {
		return
	}
	m.askLater(m.loop.Detach)
	m.rouse()
	<-m.done
}

// askLater lets the loop run fn, and waits for that no longer than a snapshot
// would; but fn runs in any case, unless the loop has ended.
func (m *Monitor) askLater(fn func()) {
	if m.loop.HeldByCaller() {
		fn()
		return
	}
	q := &question{loop: m.loop, fn: once(fn), done: make(chan struct{})}
	if !m.loop.Post(q) {
		return
	}
	timer := time.NewTimer(m.options.Patience)
	defer timer.Stop()
	select {
	case <-q.done:
	case <-timer.C:
	}
}

// rouse lets the monitor's goroutine look around.
func (m *Monitor) rouse() {
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

// Options returns the options of m, with the defaults filled in.
func (m *Monitor) Options() Options { return m.options }

// closed reports whether there is nothing more to ask the loop.
func (m *Monitor) closed() bool { return m.detached.Load() || m.watch.Detached() }

// Cancel asks the task of a number to stop, with a cause, which may be nil. It
// returns [ErrUnknownTask] if there is none, [ErrNoAnswer] if the loop has not
// taken it up in time: then the request is withdrawn.
func (m *Monitor) Cancel(id uint64, cause error) error {
	return m.with(id, func(t *sched.Task) { m.watch.CancelAs("the monitor", t, cause) })
}

// Task returns what is known of one task.
func (m *Monitor) Task(id uint64) (Task, error) {
	if m.closed() {
		return Task{}, ErrClosed
	}
	k, ok := m.find(id)
	if !ok {
		return Task{}, ErrUnknownTask
	}
	r := m.newReading(m.now())
	r.add(&k)
	if answered, _ := m.ask(m.options.Patience, r.turn); !answered {
		return Task{}, ErrNoAnswer
	}
	r.finish()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.addSamples(r)
	return r.tasks[0], nil
}

// Stack returns where the task of a number is suspended, innermost call first,
// without the calls of this library that run it; nil before its first step.
func (m *Monitor) Stack(id uint64) (stack []Place, err error) {
	err = m.with(id, func(t *sched.Task) { stack = places(t.Stack()) })
	return stack, err
}

// with lets the loop call fn with the task of a number.
func (m *Monitor) with(id uint64, fn func(t *sched.Task)) error {
	if m.closed() {
		return ErrClosed
	}
	k, ok := m.find(id)
	if !ok {
		return ErrUnknownTask
	}
	err := ErrUnknownTask
	answered, _ := m.ask(m.options.Patience, once(func() {
		if t := m.loop.TaskOf(id, k.Slot); t != nil {
			err = nil
			fn(t)
		}
	}))
	if !answered {
		return ErrNoAnswer
	}
	return err
}

// find returns what is known of the task of a number that has not ended.
func (m *Monitor) find(id uint64) (found sched.Known, ok bool) {
	for slot := range m.watch.Slots() {
		if m.watch.ID(slot) != id {
			continue
		}
		if k, ok := m.watch.Read(slot); ok && k.ID == id && k.State == sched.Pending {
			return k, true
		}
	}
	return found, false
}

// now returns the time by the loop's clock.
func (m *Monitor) now() time.Duration { return m.loop.Now() }

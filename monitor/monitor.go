package monitor

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// ErrUnknownTask is returned for a task that has ended, or never was.
var ErrUnknownTask = errors.New("monitor: no task of that number: it has ended")

// ErrClosed is returned when the loop has ended, or the monitor is detached.
var ErrClosed = errors.New("monitor: the loop has ended, or the monitor is detached")

// ErrNoAnswer is returned when the loop has not answered in time: a step holds
// the baton, or the loop does not run.
var ErrNoAnswer = errors.New("monitor: the loop did not answer in time")

// A Monitor looks at a loop. All its methods may be called from any goroutine.
type Monitor struct {
	loop     *sched.Loop
	options  Options
	detached atomic.Bool
	remove   func()

	mu      sync.Mutex
	stats   Stats
	history []EndedTask
	dropped uint64
	streams []*Stream
}

// Attach begins to look at ctx's loop: the context of a task, or that of
// Loop.Context before the loop runs. It has to be called by the holder of the
// baton, and takes a moment for each task that is there already. It never
// suspends.
func Attach(ctx context.Context, o Options) *Monitor {
	m := &Monitor{loop: sched.Of(ctx), options: o.withDefaults()}
	m.remove = m.loop.Observe((*observer)(m))
	return m
}

// Detach ends the monitor: from then on the loop pays nothing for it. What was
// gathered can still be asked for; streams end. It does nothing the second
// time.
func (m *Monitor) Detach() {
	if m.detached.Swap(true) {
		return
	}
	ask(m.loop, m.options.Patience, m.remove)
	for _, s := range m.streams {
		s.end()
	}
}

// Options returns the options of m, with the defaults filled in.
func (m *Monitor) Options() Options { return m.options }

// Cancel asks the task of a number to stop, with a cause, which may be nil. It
// returns [ErrUnknownTask] if there is none, [ErrNoAnswer] if the loop has not
// taken it up in time: then the request is withdrawn.
func (m *Monitor) Cancel(id uint64, cause error) error {
	return m.with(id, func(t *sched.Task) { t.Cancel(cause) })
}

// with lets the loop call fn with the task of a number.
func (m *Monitor) with(id uint64, fn func(t *sched.Task)) error {
	if m.detached.Load() {
		return ErrClosed
	}
	err := ErrUnknownTask
	answered := ask(m.loop, m.options.Patience, func() {
		for _, t := range m.loop.Tasks() {
			if t.ID() == id {
				err = nil
				fn(t)
			}
		}
	})
	if !answered {
		return ErrNoAnswer
	}
	return err
}

// Task returns what is known of one task.
func (m *Monitor) Task(id uint64) (found Task, err error) {
	err = m.with(id, func(t *sched.Task) { found = describe(t) })
	return found, err
}

// Stack returns where the task of a number is suspended, innermost call first,
// without the calls of this library that run it; nil before its first step.
func (m *Monitor) Stack(id uint64) (stack []Place, err error) {
	err = m.with(id, func(t *sched.Task) { stack = places(t.Stack()) })
	return stack, err
}

// Stats returns the numbers of the loop.
func (m *Monitor) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stats
}

// Ended returns the last tasks that have ended.
func (m *Monitor) Ended() History {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := History{Tasks: slices.Clone(m.history), Dropped: m.dropped}
	slices.Reverse(h.Tasks)
	return h
}

// Snapshot returns the state of the loop. It waits for the loop's answer, for
// [Options.Patience] at most, unless it is called by a task or callback of that
// loop.
func (m *Monitor) Snapshot() *Snapshot {
	begin := time.Now()
	s := &Snapshot{Loop: m.options.Name, Virtual: m.loop.Clock().Virtual(), Closed: m.detached.Load()}
	s.Outside = !ask(m.loop, m.options.Patience, func() { m.fill(s) })
	s.Now = m.loop.Now()
	s.Time = m.loop.Clock().At(s.Now)
	s.Took = time.Since(begin)
	return s
}

func (m *Monitor) fill(s *Snapshot) {
	begin := time.Now()
	for _, t := range m.loop.Tasks() {
		s.Tasks = append(s.Tasks, describe(t))
	}
	c := m.loop.Counts()
	m.mu.Lock()
	m.stats.Live, m.stats.Known = len(s.Tasks), len(s.Tasks)
	m.stats.Ready, m.stats.Timers, m.stats.Offloads = c.Ready, c.Timers, c.Offloads
	m.stats.Connections, m.stats.Portals, m.stats.Listeners = c.Expected, c.Open, c.Listeners
	m.stats.Coroutines, m.stats.Unretrieved = c.IdleCoros, c.Unretrieved
	s.Stats = m.stats
	m.mu.Unlock()
	s.Stopped = time.Since(begin)
}

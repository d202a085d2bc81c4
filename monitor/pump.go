package monitor

import (
	"time"

	"github.com/gobaton/async/internal/sched"
)

// stamps turns the stamps of a log into the loop's time.
type stamps struct {
	cycles bool
	stamp0 uint64
	time0  time.Duration
	rate   float64 // nanoseconds for each
	step   uint64  // the stamp of the end of the step before
}

// begin begins to do so.
func (s *stamps) begin(w *sched.Watch, now time.Duration) {
	s.stamp0, s.cycles = w.Stamp()
	s.time0 = now
}

// look learns how fast the stamps run.
func (s *stamps) look(w *sched.Watch, now time.Duration) {
	if stamp, _ := w.Stamp(); s.cycles && stamp > s.stamp0 {
		s.rate = float64(now-s.time0) / float64(stamp-s.stamp0)
	}
}

// at returns the time of a stamp.
func (s *stamps) at(stamp uint64) time.Duration {
	if !s.cycles {
		return time.Duration(stamp)
	}
	return s.time0 + time.Duration(s.rate*float64(int64(stamp-s.stamp0)))
}

// awaitLog returns a channel that delivers when there is something to pump, nil
// if there is no log; false if there is something already.
func (m *Monitor) awaitLog() (<-chan struct{}, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.logs) == 0 {
		return nil, true
	}
	more := m.logs[len(m.logs)-1].Sleep()
	return more, more != nil
}

// pump passes on to the streams what the loop has logged.
func (m *Monitor) pump() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.logs) == 0 {
		return
	}
	m.stamps.look(m.watch, m.now())
	for _, s := range m.streams {
		s.mu.Lock()
	}
	for _, log := range m.logs {
		log.Take(m.pass)
	}
	for _, s := range m.streams {
		s.mu.Unlock()
		s.wakeForMore()
	}
	last := len(m.logs) - 1
	for _, log := range m.logs[:last] {
		m.lost += log.Dropped()
	}
	m.logs = append(m.logs[:0], m.logs[last])
}

// pass passes an entry on to the streams, which are locked.
func (m *Monitor) pass(e *sched.LogEntry) {
	switch e.Kind {
	case sched.LogIdled:
		m.stamps.step = e.At
		return
	case sched.LogStep, sched.LogWoken:
		if !m.room(true) {
			m.drop(true)
			if e.Kind == sched.LogStep {
				m.stamps.step = e.At
			}
			return
		}
	}
	m.deliver(m.event(e))
}

// event returns an entry of the log as an event.
func (m *Monitor) event(e *sched.LogEntry) Event {
	event := Event{At: m.stamps.at(e.At), Task: e.Task, Other: e.Other}
	switch e.Kind {
	case sched.LogStarted:
		event.Kind = TaskStarted
		if k, ok := m.watch.Read(e.Slot); ok && k.ID == e.Task {
			event.Name, event.Text = k.Name(), m.names.function(&k)
		}
	case sched.LogStep:
		m.step(&event, e)
	case sched.LogWoken:
		event.Kind = TaskWoken
	case sched.LogCanceled:
		event.Kind = TaskCanceled
		if k, ok := m.watch.Read(e.Slot); ok && k.ID == e.Task && k.Extra != nil && k.Extra.Canceled != nil {
			event.Name, event.Text = k.Extra.Canceled.Name, k.Extra.Canceled.Cause
		}
	case sched.LogEnded:
		event.Kind, event.Text = TaskEnded, string(outcome(e.State, e.Panicked))
	}
	return event
}

// step makes event that of a step, which began where the one before ended.
func (m *Monitor) step(event *Event, e *sched.LogEntry) {
	begin := m.stamps.at(m.stamps.step)
	m.stamps.step = e.At
	event.Kind, event.At, event.For = TaskStep, begin, max(0, event.At-begin)
	if event.Text = kindOf(e.Type()); e.Sleeps {
		event.Text = "timer"
	}
}

// outcome returns how a task has ended.
func outcome(s sched.State, panicked bool) Outcome {
	switch {
	case panicked:
		return Panicked
	case s == sched.Failed:
		return Failed
	case s == sched.Canceled:
		return Canceled
	}
	return Finished
}

// tell passes an event on to the streams. m.mu is locked.
func (m *Monitor) tell(e Event) {
	for _, s := range m.streams {
		s.mu.Lock()
	}
	m.deliver(e)
	for _, s := range m.streams {
		s.mu.Unlock()
		s.wakeForMore()
	}
}

// deliver adds an event to the streams, which are locked.
func (m *Monitor) deliver(e Event) {
	steps := e.Kind == TaskStep || e.Kind == TaskWoken
	for _, s := range m.streams {
		if (!steps || s.options.Steps) && !s.add(e) {
			m.lost++
		}
	}
}

// room reports whether one of the streams, which are locked, has room for an
// event of a step.
func (m *Monitor) room(steps bool) bool {
	for _, s := range m.streams {
		if s.options.Steps == steps && s.hasRoom() {
			return true
		}
	}
	return false
}

// drop counts an event of a step that no stream has room for.
func (m *Monitor) drop(steps bool) {
	for _, s := range m.streams {
		if s.options.Steps == steps {
			s.seq++
			s.dropped++
			m.lost++
		}
	}
}

package monitor

import (
	"slices"
	"sync"
)

// A Stream is a stream of events with a buffer of its own. Its reader may be as
// slow as it likes.
type Stream struct {
	monitor *Monitor
	options EventOptions
	ready   chan struct{} // has room for one: there is something to take

	mu      sync.Mutex
	events  []Event
	seq     uint64
	dropped uint64
	closed  bool
}

// Events begins a stream of what happens from the loop's next pass on. Close
// ends it, as do Detach and the end of the loop.
func (m *Monitor) Events(o EventOptions) *Stream {
	o.Buffer = orDefault(o.Buffer, 4096)
	s := &Stream{monitor: m, options: o, ready: make(chan struct{}, 1)}
	m.mu.Lock()
	m.streams = append(m.streams, s)
	m.mu.Unlock()
	m.askLater(m.setLog)
	if m.closed() {
		s.end()
	}
	return s
}

// setLog lets the loop log what the streams are to tell. It is called on the
// loop.
func (m *Monitor) setLog() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed() {
		return
	}
	if len(m.streams) == 0 {
		m.watch.CloseLog()
		return
	}
	size, steps := 1<<12, false
	for _, s := range m.streams {
		size, steps = max(size, min(s.options.Buffer, 1<<18)), steps || s.options.Steps
	}
	if len(m.logs) == 0 {
		m.stamps.begin(m.watch, m.now())
	}
	m.logs = append(m.logs, m.watch.OpenLog(size, steps))
	m.rouse()
}

// Ready returns a channel that delivers when there are events to take, and once
// more when the stream has ended.
func (s *Stream) Ready() <-chan struct{} { return s.ready }

// Take appends the events that have come to buf and returns that; false when
// the stream has ended, and these are the last. It never waits: Ready tells
// when there is something.
func (s *Stream) Take(buf []Event) ([]Event, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	buf = append(buf, s.events...)
	clear(s.events)
	s.events = s.events[:0]
	return buf, !s.closed
}

// Dropped returns how many events were dropped, for the buffer was full.
func (s *Stream) Dropped() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// Close ends the stream. What has happened by then can still be taken.
func (s *Stream) Close() {
	m := s.monitor
	m.pump()
	m.mu.Lock()
	i := slices.Index(m.streams, s)
	if i >= 0 {
		m.streams = slices.Delete(m.streams, i, i+1)
	}
	m.mu.Unlock()
	s.end()
	if i >= 0 && !m.closed() {
		m.askLater(m.setLog)
	}
}

// endStreams ends the streams that are left.
func (m *Monitor) endStreams() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.streams {
		s.end()
	}
	m.streams = nil
}

// end lets the reader know that nothing more will come.
func (s *Stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.wake()
}

func (s *Stream) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// wakeForMore lets the reader know of events that have come.
func (s *Stream) wakeForMore() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.events) > 0 {
		s.wake()
	}
}

// hasRoom reports whether there is room for an event. s.mu is locked, as for
// add.
func (s *Stream) hasRoom() bool { return len(s.events) < s.options.Buffer && !s.closed }

// add adds an event, or drops it. It reports whether there was room.
func (s *Stream) add(e Event) bool {
	s.seq++
	if !s.hasRoom() {
		s.dropped++
		return false
	}
	e.Seq = s.seq
	s.events = append(s.events, e)
	return true
}

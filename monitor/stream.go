package monitor

import "sync"

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

// Events begins a stream of what happens from now on. Close ends it, as does
// Detach.
func (m *Monitor) Events(o EventOptions) *Stream {
	o.Buffer = orDefault(o.Buffer, 4096)
	s := &Stream{monitor: m, options: o, ready: make(chan struct{}, 1)}
	m.mu.Lock()
	m.streams = append(m.streams, s)
	m.mu.Unlock()
	return s
}

// Ready returns a channel that delivers when there are events to take, and once
// more when the stream has ended.
func (s *Stream) Ready() <-chan struct{} { return s.ready }

// Take appends the events that have come to buf and returns that; false when
// the stream has ended and everything was taken. It never waits: Ready tells
// when there is something.
func (s *Stream) Take(buf []Event) ([]Event, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := !s.closed || len(s.events) > 0
	buf = append(buf, s.events...)
	clear(s.events)
	s.events = s.events[:0]
	return buf, open
}

// Dropped returns how many events were dropped, for the buffer was full.
func (s *Stream) Dropped() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// Close ends the stream.
func (s *Stream) Close() {
	m := s.monitor
	m.mu.Lock()
	for i, x := range m.streams {
		if x == s {
			m.streams = append(m.streams[:i:i], m.streams[i+1:]...)
			break
		}
	}
	m.mu.Unlock()
	s.end()
}

// end lets the reader know that nothing more will come.
func (s *Stream) end() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.wake()
}

func (s *Stream) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// add adds an event, or drops it. It reports whether there was room.
func (s *Stream) add(e Event) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	if len(s.events) >= s.options.Buffer || s.closed {
		s.dropped++
		return false
	}
	e.Seq = s.seq
	s.events = append(s.events, e)
	s.wake()
	return true
}

package monitor

import "time"

// run looks at the loop once each tick while that is busy, and waits while it
// is idle: the monitor's goroutine.
func (m *Monitor) run() {
	defer close(m.done)
	defer m.endStreams()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	looking := m.watch.Ticks()
	for !m.closed() {
		m.pump()
		var tick <-chan time.Time
		var more <-chan struct{}
		if looking {
			timer.Reset(m.options.Tick)
			tick = timer.C
		} else if log, ok := m.awaitLog(); ok {
			more = log
		} else {
			continue
		}
		select {
		case <-tick:
			looking = m.tick()
		case <-m.watch.Wanted():
			looking = m.watch.Ticks()
		case <-more:
		case <-m.changed:
		}
	}
	m.pump()
}

// tick looks at the loop. It reports whether to go on with that.
func (m *Monitor) tick() bool {
	now := max(1, m.loop.Now())
	m.watch.SetNow(int64(now))
	if !m.look(now) {
		return true
	}
	m.watch.SetNow(0)
	return false
}

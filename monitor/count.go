package monitor

import "github.com/gobaton/async/internal/sched"

// Stats returns the numbers of the loop. It asks nothing of the loop, and takes
// as long for a million tasks as for one.
func (m *Monitor) Stats() Stats {
	seen := m.loop.Glance()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.endStepSince(&seen)
	return m.stats(&seen)
}

// stats returns the numbers of the loop. m.mu is locked.
func (m *Monitor) stats(seen *sched.Outlook) Stats {
	n, c := m.watch.Totals(), m.watch.Count()
	s := Stats{
		Started: c.Started, Failed: n.Failed.Get(), Canceled: n.Canceled.Get(), Live: c.Live,
		Steps: c.Steps, Dropped: n.Dropped.Get(),
		Ready: seen.Ready, Timers: seen.Timers, Offloads: seen.Offloads, Connections: seen.Expected,
		Portals: seen.Open, Listeners: seen.Listeners, Coroutines: seen.IdleCoros,
		Unretrieved: m.known.unretrieved, Idle: seen.Idle || !seen.Running, Busy: m.samples.busy,
		Lag: m.samples.lag, LongSteps: m.samples.longSteps, DroppedEvents: m.lost,
	}
	s.Finished = c.Ended - min(c.Ended, s.Failed+s.Canceled)
	s.Known = max(0, s.Live-int(n.Unknown.Get()))
	for _, log := range m.logs {
		s.DroppedEvents += log.Dropped()
	}
	return s
}

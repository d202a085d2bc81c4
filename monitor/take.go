package monitor

import (
	"cmp"
	"slices"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// Snapshot returns the state of the loop. It waits for the loop's answer, for
// [Options.Patience] at most, unless it is called by a task or callback of that
// loop.
func (m *Monitor) Snapshot() *Snapshot {
	begin := time.Now()
	s := &Snapshot{Loop: m.options.Name, Virtual: m.loop.Clock().Virtual(), Closed: m.closed(), Now: m.now()}
	s.Time = m.loop.Clock().At(s.Now)
	r := m.newReading(s.Now)
	r.readAll()
	if !s.Closed {
		var answered bool
		answered, s.Stopped = m.ask(m.patience(), r.turn)
		s.Outside = !answered
	}
	r.finish()
	m.fill(s, r)
	s.Warnings = m.warnings(s)
	s.Took = time.Since(begin)
	return s
}

// patience returns how long to wait for the loop: hardly, if it is known not to
// answer.
func (m *Monitor) patience() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.samples.step.length() >= m.options.Patience {
		return 2 * m.options.Tick
	}
	return m.options.Patience
}

// fill fills in what was read.
func (m *Monitor) fill(s *Snapshot, r *reading) {
	seen := m.loop.Glance()
	running := r.current
	if s.Outside && seen.Running && !seen.Idle {
		running = seen.Task
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !s.Outside && !s.Closed {
		m.known = counted{r.unknown}
	}
	m.endStepSince(&seen)
	s.Stats = m.stats(&seen)
	m.addSamples(r)
	for i := range r.tasks {
		if t := &r.tasks[i]; t.ID == running && t.State != Waiting {
			t.State = Running
		}
	}
	s.Tasks = r.tasks
	byID := func(a, b Task) int { return cmp.Compare(a.ID, b.ID) }
	if !slices.IsSortedFunc(s.Tasks, byID) {
		slices.SortFunc(s.Tasks, byID)
	}
	nameAwaited(s)
	if s.Outside && seen.Running && !seen.Idle {
		s.Holder = m.holder(s, &seen)
	}
}

// addSamples adds what was sampled of the tasks. m.mu is locked.
func (m *Monitor) addSamples(r *reading) {
	byID := map[uint64]*Sampled{}
	for i := range m.samples.bySlot {
		if x := &m.samples.bySlot[i]; x.id != 0 {
			byID[x.id] = &x.Sampled
		}
	}
	if len(byID) == 0 {
		return
	}
	for i := range r.tasks {
		if x := byID[r.tasks[i].ID]; x != nil {
			r.tasks[i].Sampled = x.clone()
		}
	}
}

// nameAwaited gives the waits for tasks the names of these.
func nameAwaited(s *Snapshot) {
	for i := range s.Tasks {
		w := s.Tasks[i].Wait
		if w == nil || w.Text != "" || len(w.Holders) == 0 {
			continue
		}
		if t := s.Task(w.Holders[0]); t != nil {
			w.Text = t.Name
		} else {
			w.Text = "a task"
		}
	}
}

// Ended returns the last tasks that have ended.
func (m *Monitor) Ended() History {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := History{Dropped: m.watch.Count().Forgotten, Tasks: []EndedTask{}}
	names := newNamer()
	for slot := range m.watch.Slots() {
		k, ok := m.watch.Read(slot)
		if !ok || k.State == sched.Pending {
			continue
		}
		h.Tasks = append(h.Tasks, m.describeEnded(&k, names))
	}
	slices.SortStableFunc(h.Tasks, func(a, b EndedTask) int { return -cmp.Compare(a.order, b.order) })
	return h
}

// describeEnded returns what is known of a task that has ended. m.mu is locked.
func (m *Monitor) describeEnded(k *sched.Known, names *namer) EndedTask {
	t := EndedTask{
		ID: k.ID, Owner: k.Owner, Name: k.Name(), Function: names.function(k), Start: names.place(k.Start),
		Ended: time.Duration(k.Ended), Age: time.Duration(k.Ended - k.Born), Steps: k.Steps,
		Outcome: outcome(k.State, false), Sampled: m.samples.of(k.Slot, k.ID), order: k.Order,
	}
	if k.Extra != nil {
		t.Error, t.Outcome = k.Extra.Error, outcome(k.State, k.Extra.Panicked)
		if k.Extra.Canceled != nil {
			t.Cancel = cause(k.Extra.Canceled)
		}
	}
	return t
}

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
	s := &Snapshot{Loop: m.options.Name, Virtual: m.loop.Clock().Virtual(), Closed: m.closed(), Outside: true}
	g := &gathering{monitor: m, slice: m.options.Slice}
	if s.Closed {
		s.Outside = false
	} else if m.loop.HeldByCaller() {
		g.slice = 0
	}
	if s.Outside {
		var answered bool
		answered, s.Stopped = m.ask(m.patience(), g.turn)
		s.Outside = !answered
	}
	s.Now = m.now()
	s.Time = m.loop.Clock().At(s.Now)
	m.fill(s, g)
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

// fill fills in what was gathered on the loop, if it has answered, and what is
// to be seen from outside.
func (m *Monitor) fill(s *Snapshot, g *gathering) {
	seen := m.loop.Glance()
	m.mu.Lock()
	defer m.mu.Unlock()
	if !s.Outside && !s.Closed {
		m.known = counted{g.count.Unretrieved}
	}
	s.Stats = m.stats(&seen)
	s.Tasks = m.tasks(s, g, &seen)
	nameAwaited(s)
	if s.Outside && seen.Running && !seen.Idle {
		s.Holder = m.holder(s, &seen)
	}
}

// tasks returns all tasks that have not ended. m.mu is locked.
func (m *Monitor) tasks(s *Snapshot, g *gathering, seen *sched.Outlook) []Task {
	running := g.current
	if s.Outside && seen.Running && !seen.Idle {
		running = seen.Task
	}
	tasks := make([]Task, 0, len(g.notes))
	notes := g.notes
	if s.Outside {
		notes = nil // it may be that it was interrupted
	}
	names := newNamer()
	for slot := range m.watch.Slots() {
		for len(notes) > 0 && notes[0].slot < slot {
			notes = notes[1:]
		}
		k, ok := m.watch.Read(slot)
		if !ok || k.State != sched.Pending {
			continue
		}
		t := m.describe(&k, s.Now, names)
		if len(notes) > 0 && notes[0].id == k.ID {
			g.apply(&t, &notes[0])
		}
		if t.ID == running && t.State != Waiting {
			t.State, t.Wait = Running, nil
		}
		tasks = append(tasks, t)
	}
	slices.SortFunc(tasks, func(a, b Task) int { return cmp.Compare(a.ID, b.ID) })
	return tasks
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

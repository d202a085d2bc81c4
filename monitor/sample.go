package monitor

import (
	"time"

	"github.com/gobaton/async/internal/sched"
)

// samples are what was learned by looking, once each tick, at what the loop
// does.
type samples struct {
	bySlot []sample
	looked time.Duration // when it looked last; 0: the loop was idle
	idle   int           // for how many looks it has been idle
	cursor uint32        // the slot at which the next look at what is ready begins

	step      stepSeen
	busy      time.Duration
	longSteps Histogram
	slow      []slowStep // the last that were longer than Options.SlowStep

	lag     Histogram
	lastLag time.Duration
	ticks   int    // since the last probe was sent
	probe   *probe // that is under way
}

// sample is what was seen of one task.
type sample struct {
	id uint64
	Sampled
}

// stepSeen is the step that ran at the last look.
type stepSeen struct {
	task  uint64 // 0: a callback
	slot  uint32
	steps uint64 // of all tasks before it
	first time.Duration
	last  time.Duration
}

// length returns how long the step has taken, as far as it was seen.
func (s *stepSeen) length() time.Duration { return s.last - s.first }

// slowStep is a step that held the baton for too long.
type slowStep struct {
	task  uint64
	name  string
	began time.Duration
	took  time.Duration
}

// keptSlowSteps is how many slow steps are kept for warnings.
const keptSlowSteps = 32

// of returns what was seen of a task.
func (s *samples) of(slot uint32, id uint64) Sampled {
	if int(slot) < len(s.bySlot) && s.bySlot[slot].id == id {
		return s.bySlot[slot].clone()
	}
	return Sampled{}
}

// clone returns s with a histogram of its own.
func (s *Sampled) clone() Sampled {
	c := *s
	if s.LongSteps != nil {
		h := *s.LongSteps
		c.LongSteps = &h
	}
	return c
}

// at returns the sample of a task, to be changed.
func (s *samples) at(slot uint32, id uint64) *sample {
	for int(slot) >= len(s.bySlot) {
		s.bySlot = append(s.bySlot, make([]sample, max(64, len(s.bySlot)))...)
	}
	x := &s.bySlot[slot]
	if x.id != id {
		*x = sample{id: id}
	}
	return x
}

// idleLooks is after how many looks at an idle loop the monitor stops looking.
const idleLooks = 3

// look looks at the loop, at the time now. It reports whether the loop has been
// idle for a while: then nothing is to be seen until it goes on.
func (m *Monitor) look(now time.Duration) (idle bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := &m.samples
	seen := m.loop.Glance()
	if seen.Idle || !seen.Running {
		m.endStep()
		s.looked = 0
		s.idle++
		return s.idle >= idleLooks
	}
	s.idle = 0
	if s.looked > 0 {
		m.see(&seen, now, now-s.looked)
	}
	s.looked = now
	return false
}

// see takes in what was seen: it counts for the time dt that has passed since
// the last look.
func (m *Monitor) see(seen *sched.Outlook, now, dt time.Duration) {
	s := &m.samples
	steps := m.watch.Suspensions()
	if s.step.task != seen.Task || s.step.steps != steps || s.step.first == 0 {
		m.endStep()
		s.step = stepSeen{task: seen.Task, slot: seen.Slot, steps: steps, first: now}
	}
	s.step.last = now
	s.busy += dt
	if seen.Task != 0 && m.watch.ID(seen.Slot) == seen.Task {
		x := s.at(seen.Slot, seen.Task)
		x.Busy += dt
		x.Inflicted += dt * time.Duration(seen.Ready)
	}
	m.seeReady(seen, dt)
	m.measureLag(now)
}

// endStep counts the step that was seen last, if it was a long one.
func (m *Monitor) endStep() {
	s := &m.samples
	took := s.step.length()
	if took > 0 {
		took += m.options.Tick // it began before the first look, and ended after the last
		s.longSteps.Add(took)
		if s.step.task != 0 {
			x := s.at(s.step.slot, s.step.task)
			x.Longest = max(x.Longest, took)
			if x.LongSteps == nil {
				x.LongSteps = new(Histogram)
			}
			x.LongSteps.Add(took)
		}
		if took >= m.options.SlowStep {
			m.noteSlow(took)
		}
	}
	s.step = stepSeen{}
}

// endStepSince counts the step that was seen last, if another runs by now.
func (m *Monitor) endStepSince(seen *sched.Outlook) {
	s := &m.samples.step
	if s.first != 0 && (seen.Idle || !seen.Running || s.task != seen.Task || s.steps != m.watch.Suspensions()) {
		m.endStep()
	}
}

// noteSlow keeps the step that was seen last, for warnings.
func (m *Monitor) noteSlow(took time.Duration) {
	s := &m.samples
	name := "a callback"
	if k, ok := m.watch.Read(s.step.slot); s.step.task != 0 && ok && k.ID == s.step.task {
		name = k.Name()
	}
	if len(s.slow) == keptSlowSteps {
		s.slow = append(s.slow[:0], s.slow[1:]...)
	}
	s.slow = append(s.slow, slowStep{s.step.task, name, s.step.first, took})
	m.tell(Event{At: s.step.last, Kind: WarningBegun, Task: s.step.task, Text: name + " has held the baton for " + rounded(took)})
}

// window is how many slots a look goes through for tasks that are ready. Where
// there are more, each look goes through others, and what it finds counts for
// all.
const window = 64

// seeReady counts dt for tasks that are ready.
func (m *Monitor) seeReady(seen *sched.Outlook, dt time.Duration) {
	s, slots := &m.samples, m.watch.Slots()
	if seen.Ready == 0 || slots == 0 {
		return
	}
	for range min(window, slots) {
		if s.cursor++; s.cursor >= slots {
			s.cursor = 0
		}
		if id, ready := m.watch.IsReady(s.cursor); ready && id != seen.Task {
			s.at(s.cursor, id).Ready += dt * time.Duration(max(1, slots/window))
		}
	}
}

// probeEvery is after how many looks at a busy loop it is measured how long an
// entry waits for its turn.
const probeEvery = 50

// measureLag sends a probe now and then, and takes in one whose turn has come.
func (m *Monitor) measureLag(now time.Duration) {
	s := &m.samples
	if p := s.probe; p != nil {
		if fired := time.Duration(p.fired.Load()); fired != 0 {
			s.lastLag = max(0, fired-p.sent)
			s.lag.Add(s.lastLag)
			s.probe = nil
		}
		return
	}
	if s.ticks++; s.ticks < probeEvery {
		return
	}
	s.ticks = 0
	p := &probe{loop: m.loop, sent: now}
	if m.loop.Post(p) {
		s.probe = p
	}
}

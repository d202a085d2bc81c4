package sched

import (
	"slices"
)

// An Observer learns of what happens in a loop. The loop calls it between the
// steps of tasks; it must not suspend.
type Observer interface {
	Started(t, by *Task) // by is nil outside of tasks
	Suspended(t *Task)   // t.Waiting is nil if it stands in the ready queue
	Resumed(t *Task)     // its turn has come
	Ended(t *Task)       // it will not run again
}

// IgnoreEvents is an observer that ignores all events, to be embedded in
// observers that need only some.
type IgnoreEvents struct{}

// Started does nothing.
func (IgnoreEvents) Started(_, _ *Task) {}

// Suspended does nothing.
func (IgnoreEvents) Suspended(*Task) {}

// Resumed does nothing.
func (IgnoreEvents) Resumed(*Task) {}

// Ended does nothing.
func (IgnoreEvents) Ended(*Task) {}

// Observe adds an observer to a loop that runs or will run. The function it
// returns removes it.
func (l *Loop) Observe(o Observer) (remove func()) {
	all, _ := l.observer.(*observers)
	if all == nil {
		all = new(observers)
		if l.observer != nil {
			all.list = append(all.list, l.observer)
		}
		l.observer = all
	}
	all.list = append(all.list, o)
	l.setTools()
	return func() {
		// A new slice: a range over the old one may be under way right
		// now.
		all.list = slices.DeleteFunc(slices.Clone(all.list), func(x Observer) bool { return x == o })
		if len(all.list) == 0 && l.observer == all {
			l.observer = nil
			l.setTools()
		}
	}
}

// setTools lets the loop take the ways that its tools need, and no others.
func (l *Loop) setTools() {
	l.observed = l.observer != nil || l.monitor != nil
	l.slowResume = l.observer != nil || l.guard != nil || l.picker != nil || l.phase == phaseKilling || l.monitor.logsSteps()
	l.slowSuspend = l.slowResume || l.monitor != nil
}

// observers passes everything on to several observers, in the order they came.
type observers struct{ list []Observer }

// Started calls all observers.
func (s *observers) Started(t, by *Task) {
	for _, o := range s.list {
		o.Started(t, by)
	}
}

// Suspended calls all observers.
func (s *observers) Suspended(t *Task) {
	for _, o := range s.list {
		o.Suspended(t)
	}
}

// Resumed calls all observers.
func (s *observers) Resumed(t *Task) {
	for _, o := range s.list {
		o.Resumed(t)
	}
}

// Ended calls all observers.
func (s *observers) Ended(t *Task) {
	for _, o := range s.list {
		o.Ended(t)
	}
}

package sched

import "slices"

// Observe adds an observer while the loop is there. The function it returns removes it.
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
	l.watched = true
	return func() {
		// A new slice, for the old one may be being told right now.
		all.list = slices.DeleteFunc(slices.Clone(all.list), func(x Observer) bool { return x == o })
		if len(all.list) == 0 && l.observer == all {
			l.observer = nil
			l.watched = l.watching()
		}
	}
}

// watching reports whether suspensions have to look closer all the time.
func (l *Loop) watching() bool { return l.observer != nil || l.guard != nil || l.picker != nil }

// observers are several observers, told in the order they came.
type observers struct{ list []Observer }

// Started tells all observers.
func (s *observers) Started(t, by *Task) {
	for _, o := range s.list {
		o.Started(t, by)
	}
}

// Suspended tells all observers.
func (s *observers) Suspended(t *Task) {
	for _, o := range s.list {
		o.Suspended(t)
	}
}

// Resumed tells all observers.
func (s *observers) Resumed(t *Task) {
	for _, o := range s.list {
		o.Resumed(t)
	}
}

// Ended tells all observers.
func (s *observers) Ended(t *Task) {
	for _, o := range s.list {
		o.Ended(t)
	}
}

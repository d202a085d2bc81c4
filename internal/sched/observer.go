package sched

// An Observer sees what happens in a loop. It is called by the loop, between
// the steps, and must not suspend.
type Observer interface {
	Started(t, by *Task) // by is nil outside of tasks
	Suspended(t *Task)   // t.Waiting says on what; nil: it stands in the ready queue
	Resumed(t *Task)     // its turn has come
	Ended(t *Task)       // it will not run again
}

// IgnoreEvents is an observer that looks at nothing, to be embedded in those
// that look at some events only.
type IgnoreEvents struct{}

// Started does nothing.
func (IgnoreEvents) Started(_, _ *Task) {}

// Suspended does nothing.
func (IgnoreEvents) Suspended(*Task) {}

// Resumed does nothing.
func (IgnoreEvents) Resumed(*Task) {}

// Ended does nothing.
func (IgnoreEvents) Ended(*Task) {}

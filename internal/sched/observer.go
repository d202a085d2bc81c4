package sched

// An Observer is told what happens in a loop, by the loop, between the steps. It must not suspend.
type Observer interface {
	Started(t, by *Task) // by is nil outside of tasks
	Suspended(t *Task)   // t.Waiting says on what; nil: it stands in the ready queue
	Resumed(t *Task)     // its turn has come
	Ended(t *Task)       // it will not run again
}

package sched

// manyFailed is how often a canceled task may await before somebody is told: it
// goes on as if nothing was, and would do so for ever.
const manyFailed = 100_000

// countFailed counts an await of t that a request has failed: for the loop at
// first, which needs no memory, and then for each task.
func (t *Task) countFailed() {
	if t.loop.failed < manyFailed {
		t.loop.failed++
		return
	}
	r := t.needExtras()
	if r.failed++; r.failed == manyFailed {
		t.loop.Report(Event{
			Message: "a canceled task goes on awaiting: return the error, or go on with Uncancel",
			Task:    t.Name(),
			Err:     t.canceledError(),
			Started: t.Started(),
		})
	}
}

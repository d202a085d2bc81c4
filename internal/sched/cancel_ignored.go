package sched

import "fmt"

// How often a canceled task may await before somebody is told, and then each
// time that it has done so ten times as often: it goes on as if nothing was,
// and would do so for ever.
const (
	manyFailed      = 100_000
	manyFailedDebug = 1000 // in debug mode
)

// countFailed counts an await of t that a request has failed: for the loop at
// first, which needs no memory, and then, or in debug mode, for each task.
func (t *Task) countFailed() {
	limit := manyFailed
	if t.loop.guard != nil {
		limit = manyFailedDebug
	} else if t.loop.failed < manyFailed {
		t.loop.failed++
		return
	}
	r := t.needExtras()
	r.failed++
	for ; limit <= r.failed; limit *= 10 {
		if limit == r.failed {
			t.reportFailedAwaits(r.failed)
		}
	}
}

func (t *Task) reportFailedAwaits(n int) {
	message := "a canceled task goes on awaiting: return the error, or go on with Uncancel"
	if t.loop.guard != nil { // else it is not known how many of the loop's first were the task's
		message += fmt.Sprintf("; %d awaits have failed so far", n)
	}
	t.loop.Report(Event{
		Message: message,
		Task:    t.Name(),
		Err:     t.canceledError(),
		Started: t.Started(),
	})
}

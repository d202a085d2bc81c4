package asynctest

import (
	"context"
	"fmt"
	"strings"

	"github.com/gobaton/async/internal/explore"
	"github.com/gobaton/async/internal/sched"
)

// A Trace is a record of what happens in a loop: a line for each time a task
// starts, suspends, goes on and ends, with the time, and for each note.
// [Record] begins one; [Golden] compares it with that of an earlier run.
type Trace struct {
	loop   *sched.Loop
	lines  []string
	remove func()
}

// Record begins to write down what happens in ctx's loop. It never suspends.
func Record(ctx context.Context) *Trace {
	tr := &Trace{loop: sched.Of(ctx)}
	tr.remove = tr.loop.Observe((*recorder)(tr))
	return tr
}

// Notef adds a line of the test's own.
func (tr *Trace) Notef(format string, args ...any) {
	tr.lines = append(tr.lines, fmt.Sprintf("%v  %s", tr.loop.Now(), fmt.Sprintf(format, args...)))
}

// Stop ends the record.
func (tr *Trace) Stop() { tr.remove() }

// String returns the record so far.
func (tr *Trace) String() string { return strings.Join(append(tr.lines, ""), "\n") }

// recorder is a trace as the observer of its loop.
type recorder Trace

func (r *recorder) note(t *sched.Task, what string) {
	(*Trace)(r).Notef("%s %s", t.Name(), what)
}

// Started is called by the scheduler.
func (r *recorder) Started(t, by *sched.Task) {
	what := "(" + t.Body().Describe() + ") is started"
	if by != nil {
		what += " by " + by.Name()
	}
	r.note(t, what)
}

// Suspended is called by the scheduler.
func (r *recorder) Suspended(t *sched.Task) {
	if w := t.Waiting(); w != nil {
		r.note(t, "waits for "+explore.Brief(w))
	} else {
		r.note(t, "yields")
	}
}

// Resumed is called by the scheduler.
func (r *recorder) Resumed(t *sched.Task) { r.note(t, "goes on") }

// Ended is called by the scheduler.
func (r *recorder) Ended(t *sched.Task) { r.note(t, explore.Outcome(t)) }

package sched

import (
	"time"

	"github.com/gobaton/async/internal/tasktree"
)

// describe returns a line on t: its name, function and wait, and in debug mode
// since when it waits, and where it was started.
func (t *Task) describe() string { return t.node().String() }

// node returns what is known of t.
func (t *Task) node() *tasktree.TaskNode {
	n := &tasktree.TaskNode{ID: t.id, Name: t.Name(), Function: t.body.Describe(), State: t.stateName(), Started: t.Started()}
	if n.State == tasktree.Waits {
		n.Awaits, n.Waited = t.waiting.String(), t.waitedFor()
	}
	if notes := t.debugNotes(); notes != nil {
		n.By = notes.starter()
	}
	return n
}

// stateName says whether t runs, is ready, waits, or has ended.
func (t *Task) stateName() string {
	switch {
	case t.loop.Current() == t && t.waiting == nil && t.loop.IsRunning():
		return tasktree.Runs
	case t.state != Pending:
		return tasktree.Ended
	case !t.Suspended():
		return tasktree.Ready
	}
	return tasktree.Waits
}

// waitedFor returns how long t has been suspended; 0 if that is not recorded.
func (t *Task) waitedFor() time.Duration {
	if n := t.debugNotes(); n != nil && t.loop.guard != nil {
		return t.loop.Now() - n.since
	}
	return 0
}

// Text names in words what a task waits for.
type Text string

// String returns the text.
func (t Text) String() string { return string(t) }

package sched

import (
	"fmt"
	"strings"
	"time"
)

// describe returns a line on t: its name, function and wait, and in debug mode
// since when it waits, and where it was started.
func (t *Task) describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) %s", t.Name(), t.body.Describe(), t.describeState())
	if at := t.Started(); at != "" {
		fmt.Fprintf(&b, ", started at %s", at)
		if n := t.debugNotes(); n.byName != "" {
			fmt.Fprintf(&b, " by %s", n.byName)
		}
	}
	return b.String()
}

// describeState says whether t runs, is ready, or waits, and for what.
func (t *Task) describeState() string {
	switch {
	case t.loop.Current() == t && t.waiting == nil && t.loop.IsRunning():
		return "runs"
	case t.state != Pending:
		return "has ended"
	case t.waiting == nil || t.waitState > parked:
		return "is ready"
	}
	s := "waits for " + t.waiting.String()
	if d := t.waitedFor(); d > 0 {
		s += " (" + d.String() + ")"
	}
	return s
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

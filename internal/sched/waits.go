package sched

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Blocker is what tasks wait for because other tasks stand in the way: a lock knows its holder, a group its members.
// What a task is suspended on implements it if it can. The wait ends only when all of them have moved.
type Blocker interface {
	// Blockers are those tasks.
	Blockers() []*Task
}

// blockers are the tasks that t waits for, as far as what it waits for knows them.
func (t *Task) blockers() []*Task {
	switch w := t.waiting.(type) {
	case *Task:
		return []*Task{w}
	case Blocker:
		return w.Blockers()
	}
	return nil
}

// report is a line on t: what it is, what it waits for, and in debug mode since when, and where it was started.
func (t *Task) report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) %s", t.Name(), t.body.Describe(), t.condition())
	if at := t.Started(); at != "" {
		fmt.Fprintf(&b, ", started at %s", at)
		if n := t.noted(); n.byName != "" {
			fmt.Fprintf(&b, " by %s", n.byName)
		}
	}
	return b.String()
}

// condition says whether t runs, may run, or what it waits for.
func (t *Task) condition() string {
	switch {
	case t.loop.Current() == t && t.waiting == nil && t.loop.IsRunning():
		return "runs"
	case t.state != Pending:
		return "has ended"
	case t.waiting == nil || t.park > asleep:
		return "is ready"
	}
	s := "waits for " + t.waiting.String()
	if d := t.waitedFor(); d > 0 {
		s += " (" + d.String() + ")"
	}
	return s
}

// waitedFor is how long t has been suspended; 0 if nobody takes the time.
func (t *Task) waitedFor() time.Duration {
	if n := t.noted(); n != nil && t.loop.guard != nil {
		return t.loop.Now() - n.since
	}
	return 0
}

// A cycle is tasks each of which waits for the next, and the last for the first.
type cycle []*Task

func (c cycle) String() string {
	var b strings.Builder
	b.WriteString(c[0].Name())
	for i, t := range c {
		if i > 0 {
			b.WriteString(", which")
		}
		what, _, _ := strings.Cut(t.waiting.String(), ",") // without details
		next := c[(i+1)%len(c)].Name()
		fmt.Fprintf(&b, " waits for %s", what)
		if !strings.HasSuffix(what, next) {
			fmt.Fprintf(&b, " (%s)", next)
		}
	}
	return b.String()
}

// cycles finds the cycles among what tasks wait for, each once.
func cycles(tasks []*Task) []cycle {
	s := search{place: map[*Task]int{}}
	for _, t := range tasks {
		s.visit(t)
	}
	return s.found
}

// search goes through what tasks wait for, deeper and deeper.
type search struct {
	path  cycle
	place map[*Task]int // 1 + the index in path; -1: everything that it leads to was looked at
	found []cycle
}

func (s *search) visit(t *Task) {
	switch at := s.place[t]; {
	case at > 0:
		s.found = append(s.found, slices.Clone(s.path[at-1:]))
		return
	case at < 0:
		return
	}
	s.path = append(s.path, t)
	s.place[t] = len(s.path)
	for _, b := range t.blockers() {
		s.visit(b)
	}
	s.path = s.path[:len(s.path)-1]
	s.place[t] = -1
}

// lines are texts on lines of their own.
func lines(texts []string) string {
	var b strings.Builder
	for _, s := range texts {
		b.WriteString("\n\t" + s)
	}
	return b.String()
}

// Text is what a task waits for, in words.
type Text string

// String is the text.
func (t Text) String() string { return string(t) }

package sched

import (
	"fmt"
	"slices"
	"strings"
)

// A DeadlockError says what each task waits for. It is ErrDeadlock.
type DeadlockError struct {
	Tasks  []string // what each of them is, and waits for
	Cycles []string // tasks that wait for each other, among them
}

// Error returns the report, a line for each task.
func (e *DeadlockError) Error() string {
	s := "async: deadlock: nothing can wake these tasks:" + lines(e.Tasks)
	if len(e.Cycles) > 0 {
		s += "\nThey wait for each other:" + lines(e.Cycles)
	}
	return s
}

// Is reports whether target is ErrDeadlock.
func (e *DeadlockError) Is(target error) bool { return target == ErrDeadlock }

// Deadlock describes the tasks that are left.
func (l *Loop) Deadlock() *DeadlockError {
	e := new(DeadlockError)
	for _, t := range l.Tasks() {
		e.Tasks = append(e.Tasks, t.describe())
	}
	for _, c := range cycles(l.Tasks()) {
		e.Cycles = append(e.Cycles, c.String())
	}
	return e
}

// A Blocker knows the tasks whose progress ends a wait: a lock its holder, a
// group its members. The object that a task is suspended on implements it if it
// can. The wait ends only when all of them have moved.
type Blocker interface {
	// Blockers returns those tasks.
	Blockers() []*Task
}

// blockers returns the tasks that t waits for, as far as they are known.
func (t *Task) blockers() []*Task {
	if !t.Suspended() {
		return nil
	}
	switch w := t.waiting.(type) {
	case *Task:
		return []*Task{w}
	case Blocker:
		return w.Blockers()
	}
	return nil
}

// A cycle is tasks each of which waits for the next, and the last for the
// first.
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

// search walks the graph of waits depth first.
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

// lines puts each text on an indented line of its own.
func lines(texts []string) string {
	var b strings.Builder
	for _, s := range texts {
		b.WriteString("\n\t" + s)
	}
	return b.String()
}

// Package tasktree holds the tasks of a loop as they were at one moment, as
// plain data: a [Tree] prints as text for people, in which siblings that are
// alike are one line, and marshals to JSON for programs, in which each task
// stands by itself.
//
// It knows no loop: package sched, and whatever looks at loops from elsewhere,
// fill the data in.
package tasktree

import (
	"fmt"
	"strings"
	"time"
)

// A Tree is the tasks of a loop at one moment, each below the one that started
// it.
type Tree struct {
	Tasks     int         `json:"tasks"`               // how many there are
	SlowSteps int         `json:"slowSteps,omitempty"` // how many steps have held the baton for too long
	Roots     []*TaskNode `json:"roots"`               // those without one, in the order they were started
	Cycles    []string    `json:"cycles,omitempty"`    // tasks that wait for each other
	Holder    *TaskHolder `json:"holder,omitempty"`    // what holds the baton of a loop that does not answer
}

// A TaskHolder is what holds the baton of a loop that does not answer.
type TaskHolder struct {
	Task  string        `json:"task,omitempty"`   // its name; "" for a callback, and where it is not known
	For   time.Duration `json:"heldNs,omitempty"` // since the step was first seen, in nanoseconds; 0: not known
	Stack []string      `json:"stack,omitempty"`  // its calls, innermost first
}

// A TaskNode is a task.
type TaskNode struct {
	ID       uint64        `json:"id"`                 // its number in the loop, from 1
	Name     string        `json:"name"`               // Task-N unless it was given one
	Function string        `json:"function"`           // that it runs
	State    string        `json:"state"`              // runs, ready, waits, or ended
	Awaits   string        `json:"awaits,omitempty"`   // what it waits for
	Waited   time.Duration `json:"waitedNs,omitempty"` // since it suspended, in nanoseconds; 0: not known
	Started  string        `json:"started,omitempty"`  // where, as file.go:12
	By       string        `json:"by,omitempty"`       // the name of the task that started it
	Children []*TaskNode   `json:"children,omitempty"` // the tasks that it started
}

// The states of a node.
const (
	Runs  = "runs"
	Ready = "ready"
	Waits = "waits"
	Ended = "ended"
)

// Build returns the nodes as a forest: each below its parent, whose ID parent
// tells, if that is among the nodes, in their order.
func Build(nodes []*TaskNode, parent func(i int) uint64) (roots []*TaskNode) {
	byID := make(map[uint64]*TaskNode, len(nodes))
	for _, n := range nodes {
		byID[n.ID] = n
	}
	for i, n := range nodes {
		if p := byID[parent(i)]; p != nil && p != n {
			p.Children = append(p.Children, n)
		} else {
			roots = append(roots, n)
		}
	}
	return roots
}

// String returns the node as a line, without its children.
func (n *TaskNode) String() string { return n.line(n.Name, n.Awaits, waited(n.Waited, n.Waited)) }

// line returns the node's line with a name, an object of its wait and a time in
// place of its own.
func (n *TaskNode) line(name, awaits, time string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s) %s", name, n.Function, stateText(n.State, awaits))
	if n.State == Waits {
		b.WriteString(time)
	}
	if n.Started != "" {
		b.WriteString(", started at " + n.Started)
		if n.By != "" {
			b.WriteString(" by " + n.By)
		}
	}
	return b.String()
}

// stateText returns a state in words.
func stateText(state, awaits string) string {
	switch state {
	case Waits:
		return "waits for " + awaits
	case Ready:
		return "is ready"
	case Ended:
		return "has ended"
	}
	return state
}

// waited returns how long waits last, from the shortest to the longest.
func waited(least, most time.Duration) string {
	switch {
	case most <= 0:
		return ""
	case least == most:
		return " (" + most.String() + ")"
	}
	return fmt.Sprintf(" (%v to %v)", max(0, least), most)
}

package sched

import (
	"fmt"
	"strings"
)

// Dump returns the tree of tasks as text: under each task those it started, and
// what each waits for. Debug mode knows which task started which, where, and
// since when a task waits; without it the tree is a list.
func (l *Loop) Dump() string {
	d := dump{children: map[uint64][]*Task{}}
	alive := map[uint64]bool{}
	tasks := l.Tasks()
	for _, t := range tasks {
		alive[t.id] = true
	}
	for _, t := range tasks {
		by := uint64(0)
		if n := t.debugNotes(); n != nil && alive[n.by] {
			by = n.by
		}
		d.children[by] = append(d.children[by], t)
	}
	fmt.Fprintf(&d.text, "%d tasks", len(tasks))
	if n := l.SlowSteps(); n > 0 {
		fmt.Fprintf(&d.text, ", %d slow steps", n)
	}
	d.text.WriteString("\n")
	d.write(0, "")
	for _, c := range cycles(tasks) {
		fmt.Fprintf(&d.text, "cycle: %s\n", c)
	}
	return d.text.String()
}

type dump struct {
	text     strings.Builder
	children map[uint64][]*Task // by the number of the task that started them
}

// write writes the tasks that the task of a number started, each with its own
// below it.
func (d *dump) write(by uint64, indent string) {
	for i, t := range d.children[by] {
		branch, below := "├─ ", "│  "
		if i == len(d.children[by])-1 {
			branch, below = "└─ ", "   "
		}
		if by == 0 {
			branch, below = "", ""
		}
		fmt.Fprintf(&d.text, "%s%s%s\n", indent, branch, t.describe())
		d.write(t.id, indent+below)
	}
}

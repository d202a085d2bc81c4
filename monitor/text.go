package monitor

import (
	"strings"
	"time"

	"github.com/gobaton/async/internal/tasktree"
)

// String draws the snapshot for people: its warnings, what holds the baton, and
// the tree of tasks, in which siblings that are alike are one line.
func (s *Snapshot) String() string {
	var b strings.Builder
	for _, w := range s.Warnings {
		b.WriteString("! " + w.Text + "\n")
	}
	if h := s.Holder; h != nil {
		b.WriteString(h.Name + " holds the baton, at\n")
		for _, p := range h.Stack {
			b.WriteString("\t" + p.Function + " (" + p.String() + ")\n")
		}
	}
	b.WriteString(s.Text().String())
	return b.String()
}

// Text returns the tasks as a tree that is drawn as async.Dump draws it.
func (s *Snapshot) Text() *tasktree.Tree {
	nodes := make([]*tasktree.TaskNode, len(s.Tasks))
	for i := range s.Tasks {
		nodes[i] = s.Tasks[i].node()
	}
	return &tasktree.Tree{
		Tasks: len(s.Tasks),
		Roots: tasktree.Build(nodes, func(i int) uint64 { return s.Tasks[i].Owner }),
	}
}

// node returns t as a node of a tree that is drawn.
func (t *Task) node() *tasktree.TaskNode {
	n := &tasktree.TaskNode{ID: t.ID, Name: t.Name, Function: t.Function, State: tasktree.Ready, Started: t.Start.String()}
	switch {
	case t.State == Running:
		n.State = tasktree.Runs
	case t.Wait != nil:
		n.State, n.Awaits, n.Waited = tasktree.Waits, t.Wait.Text, t.InState.Round(time.Millisecond)
	}
	return n
}

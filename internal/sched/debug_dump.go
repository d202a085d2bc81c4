package sched

import "github.com/gobaton/async/internal/tasktree"

// Tree returns the tasks, each below the one that started it, with what it
// waits for. Debug mode knows which task started which, where, and since when a
// task waits; without it the tree is a list.
func (l *Loop) Tree() *tasktree.Tree {
	tasks := l.Tasks()
	nodes := make([]*tasktree.TaskNode, len(tasks))
	for i, t := range tasks {
		nodes[i] = t.node()
	}
	tree := &tasktree.Tree{Tasks: len(tasks), SlowSteps: l.SlowSteps()}
	tree.Roots = tasktree.Build(nodes, func(i int) uint64 { return tasks[i].startedBy() })
	for _, c := range cycles(tasks) {
		tree.Cycles = append(tree.Cycles, c.String())
	}
	return tree
}

// startedBy returns the number of the task that has started t, 0 for none, and
// without debug mode.
func (t *Task) startedBy() uint64 {
	if n := t.debugNotes(); n != nil {
		return n.by
	}
	return 0
}

package sched

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gobaton/async/internal/tasktree"
)

// patience is how long a loop that is asked for its tasks from outside may take
// to answer, by the machine's clock.
const patience = time.Second

// A TreeQuery asks a loop for its tasks from outside. It is an entry: the loop
// answers in its turn. If it does not, the query answers itself, with what can
// be seen from outside.
type TreeQuery struct {
	loop  *Loop
	taken atomic.Bool // by who answers
	done  chan struct{}
	timer *time.Timer
	tree  *tasktree.Tree
}

// AskTree returns a query that is to be posted.
func (l *Loop) AskTree() *TreeQuery {
	q := &TreeQuery{loop: l, done: make(chan struct{})}
	q.timer = time.AfterFunc(patience, func() { q.answer(l.treeFromOutside) })
	return q
}

// Done returns a channel that is closed when there is an answer.
func (q *TreeQuery) Done() <-chan struct{} { return q.done }

// Tree returns the answer, nil if the loop has ended.
func (q *TreeQuery) Tree() *tasktree.Tree { return q.tree }

// Withdraw takes back a query that nobody waits for any more.
func (q *TreeQuery) Withdraw() {
	q.timer.Stop()
	q.Drop()
}

// Fire answers the query.
func (q *TreeQuery) Fire() { q.answer(q.loop.Tree) }

// Drop says that the loop has ended.
func (q *TreeQuery) Drop() { q.answer(func() *tasktree.Tree { return nil }) }

func (q *TreeQuery) answer(tree func() *tasktree.Tree) {
	if q.taken.CompareAndSwap(false, true) {
		q.tree = tree()
		close(q.done)
	}
}

// treeFromOutside returns what can be seen of a loop by a goroutine that does
// not hold its baton, which something holds for long: what that is; in debug
// mode, what the tasks have left word of when they were started and when they
// suspended.
func (l *Loop) treeFromOutside() *tasktree.Tree {
	g := l.guard
	if g == nil {
		return &tasktree.Tree{Roots: []*tasktree.TaskNode{}, Holder: &tasktree.TaskHolder{Stack: Frames(soleHolderStack())}}
	}
	step := l.watchdog.running()
	tree := &tasktree.Tree{SlowSteps: l.SlowSteps(), Holder: &tasktree.TaskHolder{For: step.held}}
	tree.Holder.Task, _ = g.describeTask(step.task)
	tree.Holder.Stack = Frames(g.holderStack(step.task != 0))
	nodes, parents := g.nodes(step.task)
	tree.Tasks = len(nodes)
	tree.Roots = tasktree.Build(nodes, func(i int) uint64 { return parents[i] })
	return tree
}

// nodes returns the tasks that have not ended, and which task has started each.
// The one of the number running holds the baton.
func (g *guard) nodes(running uint64) (nodes []*tasktree.TaskNode, parents []uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for n := range g.tasks.all() {
		node := &tasktree.TaskNode{ID: n.id, Name: n.called(), Function: n.body.Describe(), State: tasktree.Ready, Started: positionOf(n.at), By: n.starter()}
		switch {
		case running != 0 && n.id&taskMask == running:
			node.State = tasktree.Runs
		case n.waiting != nil:
			node.State, node.Awaits, node.Waited = tasktree.Waits, kindOf(n.waiting), g.waited(n.since)
		}
		nodes, parents = append(nodes, node), append(parents, n.by)
	}
	return nodes, parents
}

// waited returns for how long a task has waited since; 0 in virtual time, which
// is the loop's own.
func (g *guard) waited(since time.Duration) time.Duration {
	if w := g.loop.watchdog; w != nil && !g.loop.clock.Virtual() {
		return time.Since(w.zero) - since
	}
	return 0
}

// kindOf names what a task waits for without reading anything that the loop may
// change. It needs the guard's lock.
func kindOf(w fmt.Stringer) string {
	switch w := w.(type) {
	case Text:
		return string(w)
	case *Future:
		return w.String()
	case *Offload:
		return w.String()
	case *Task:
		if n := w.debugNotes(); n != nil {
			return n.called()
		}
		return "a task"
	case interface{ Kind() string }:
		return w.Kind()
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", w), "*")
}

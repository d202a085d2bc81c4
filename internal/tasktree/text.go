package tasktree

import (
	"fmt"
	"strings"
)

// String draws the tree: a line for each group of tasks, those that they
// started below.
func (t *Tree) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d tasks", t.Tasks)
	if t.SlowSteps > 0 {
		fmt.Fprintf(&b, ", %d slow steps", t.SlowSteps)
	}
	b.WriteString("\n")
	if t.Holder != nil {
		t.Holder.draw(&b)
	}
	Draw(&b, t.Roots)
	for _, c := range t.Cycles {
		fmt.Fprintf(&b, "cycle: %s\n", c)
	}
	return b.String()
}

// deepest is how far below the first ones tasks are drawn: each line is longer
// than that above it.
const deepest = 30

// Draw writes nodes and what is below them as a tree, a line for each group of
// siblings that are alike.
func Draw(b *strings.Builder, nodes []*TaskNode) {
	d := drawing{b, NewFolding()}
	for _, g := range d.Fold(nodes) {
		b.WriteString(g.String() + "\n")
		d.below(&g, "", 1)
	}
}

// drawing is a tree that is being drawn.
type drawing struct {
	text *strings.Builder
	*Folding
}

// below draws the children of a group.
func (d *drawing) below(g *Group, indent string, depth int) {
	children := g.Children()
	if depth > deepest && len(children) > 0 {
		fmt.Fprintf(d.text, "%s└─ %d tasks further below\n", indent, count(children))
		return
	}
	groups := d.Fold(children)
	for i := range groups {
		branch, below := "├─ ", "│  "
		if i == len(groups)-1 {
			branch, below = "└─ ", "   "
		}
		d.text.WriteString(indent + branch + groups[i].String() + "\n")
		d.below(&groups[i], indent+below, depth+1)
	}
}

// count returns how many tasks there are in a forest.
func count(nodes []*TaskNode) int {
	n := len(nodes)
	for _, c := range nodes {
		n += count(c.Children)
	}
	return n
}

// draw writes what holds the baton, and its calls.
func (h *TaskHolder) draw(b *strings.Builder) {
	who := h.Task
	if who == "" {
		who = "a callback, or a task that is not known,"
	}
	fmt.Fprintf(b, "the loop does not answer: %s holds the baton", who)
	if h.For > 0 {
		fmt.Fprintf(b, ", for %v now", h.For)
	}
	b.WriteString("\n")
	for _, call := range h.Stack {
		b.WriteString("    " + call + "\n")
	}
}

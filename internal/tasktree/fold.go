package tasktree

import (
	"fmt"
	"slices"
	"strings"
)

// A Group is siblings that are alike: in function, state, place, what they wait
// for, and in what is below them. Names, and the objects of waits, may differ
// in their numbers: worker-1 is like worker-2.
type Group struct {
	Nodes []*TaskNode // at least one
}

// fewest is how many siblings are folded into one line: two lines say more.
const fewest = 3

// A Folding finds what is alike in a tree, which must not change meanwhile.
type Folding struct {
	numbers map[kind]int
	known   map[*TaskNode]int // their kinds' numbers
}

// NewFolding returns a Folding for one tree.
func NewFolding() *Folding { return &Folding{map[kind]int{}, map[*TaskNode]int{}} }

// Fold puts siblings that are alike into groups, in the order of the first of
// each.
func (f *Folding) Fold(siblings []*TaskNode) (groups []Group) {
	place := map[int]int{}
	for _, n := range siblings {
		k := f.number(n)
		at, known := place[k]
		if !known {
			at = len(groups)
			place[k] = at
			groups = append(groups, Group{})
		}
		groups[at].Nodes = append(groups[at].Nodes, n)
	}
	if slices.ContainsFunc(groups, Group.few) {
		return unfoldFew(siblings, groups)
	}
	return groups
}

// few reports whether the nodes of g are too few for one line.
func (g Group) few() bool { return len(g.Nodes) > 1 && len(g.Nodes) < fewest }

// unfoldFew returns the groups with those that are too small taken apart, in
// the order of the siblings.
func unfoldFew(siblings []*TaskNode, groups []Group) (all []Group) {
	of := map[*TaskNode]Group{}
	for _, g := range groups {
		if g.few() {
			for _, n := range g.Nodes {
				of[n] = Group{[]*TaskNode{n}}
			}
		} else {
			of[g.Nodes[0]] = g
		}
	}
	for _, n := range siblings {
		if g, first := of[n]; first {
			all = append(all, g)
		}
	}
	return all
}

// Children returns what is below the nodes of g.
func (g *Group) Children() []*TaskNode {
	if len(g.Nodes) == 1 {
		return g.Nodes[0].Children
	}
	var all []*TaskNode
	for _, n := range g.Nodes {
		all = append(all, n.Children...)
	}
	return all
}

// String returns the group as a line, without what is below it.
func (g *Group) String() string {
	first, last := g.Nodes[0], g.Nodes[len(g.Nodes)-1]
	if first == last {
		return first.String()
	}
	least, most := first.Waited, first.Waited
	for _, n := range g.Nodes {
		least, most = min(least, n.Waited), max(most, n.Waited)
	}
	head := *first
	head.By = fromTo(first.By, last.By)
	name := fmt.Sprintf("%d × %s", len(g.Nodes), fromTo(first.Name, last.Name))
	return head.line(name, fromTo(first.Awaits, last.Awaits), waited(least, most))
}

// fromTo names the first and the last of several.
func fromTo(first, last string) string {
	if first == last {
		return first
	}
	return first + " … " + last
}

// A kind is what nodes that are alike have in common.
type kind struct {
	name, function, state, awaits, started, by string
	children                                   string // their kinds, in order, repeated ones once with their count
}

// number returns that of the kind of n.
func (f *Folding) number(n *TaskNode) int {
	if number, known := f.known[n]; known {
		return number
	}
	k := kind{name: Shape(n.Name), function: n.Function, state: n.State, awaits: Shape(n.Awaits), started: n.Started, by: Shape(n.By)}
	if len(n.Children) > 0 {
		k.children = f.childrenOf(n)
	}
	number, known := f.numbers[k]
	if !known {
		number = len(f.numbers)
		f.numbers[k] = number
	}
	f.known[n] = number
	return number
}

// childrenOf returns the kinds of the children of n.
func (f *Folding) childrenOf(n *TaskNode) string {
	var order []int
	count := map[int]int{}
	for _, c := range n.Children {
		k := f.number(c)
		if count[k] == 0 {
			order = append(order, k)
		}
		count[k]++
	}
	var b strings.Builder
	for _, k := range order {
		fmt.Fprintf(&b, "%d*%d ", count[k], k)
	}
	return b.String()
}

// Shape returns a text with each number behind a dash, as in Task-12, left out.
func Shape(s string) string {
	if strings.IndexByte(s, '-') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] == '-' {
			for i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
				i++
			}
		}
	}
	return b.String()
}

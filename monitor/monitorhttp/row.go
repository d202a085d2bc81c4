package monitorhttp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gobaton/async/internal/tasktree"
)

// row returns the row of nodes that stand together.
func (l *layout) row(nodes []*tasktree.TaskNode, key string, depth int) Row {
	first := nodes[0]
	r := Row{
		Key: key, Depth: depth, Count: len(nodes), Name: first.Name, Function: first.Function,
		Start: first.Started, State: first.State, Wait: first.Awaits, Aside: true,
	}
	if len(nodes) == 1 {
		r.ID = first.ID
	} else {
		r.Name = first.Name + " … " + nodes[len(nodes)-1].Name
	}
	for _, n := range nodes {
		l.count(&r, n)
	}
	return r
}

// count adds a task to its row.
func (l *layout) count(r *Row, n *tasktree.TaskNode) {
	i := l.index(n.ID)
	t := &l.Tasks[i]
	r.Aside = r.Aside && !l.kept[i]
	r.Canceled = r.Canceled || t.Asked > 0
	if n.State != r.State {
		r.State = ""
	}
	if r.For == 0 && t.Wait != nil && len(t.Wait.Holders) > 0 {
		r.For = t.Wait.Holders[0]
	}
	r.Age, r.InState, r.Longest = max(r.Age, t.Age), max(r.InState, t.InState), max(r.Longest, t.Longest)
	r.Steps += t.Steps
	r.Busy += t.Busy
	r.Ready += t.Ready
	r.Inflicted += t.Inflicted
}

// columns compare two rows, the one that comes first by custom being less.
var columns = map[string]func(a, b *Row) int{
	"id":        func(a, b *Row) int { return 0 },
	"name":      func(a, b *Row) int { return strings.Compare(a.Name, b.Name) },
	"state":     func(a, b *Row) int { return strings.Compare(a.State, b.State) },
	"age":       func(a, b *Row) int { return cmp.Compare(b.Age, a.Age) },
	"in_state":  func(a, b *Row) int { return cmp.Compare(b.InState, a.InState) },
	"steps":     func(a, b *Row) int { return cmp.Compare(b.Steps, a.Steps) },
	"busy":      func(a, b *Row) int { return cmp.Compare(b.Busy, a.Busy) },
	"ready":     func(a, b *Row) int { return cmp.Compare(b.Ready, a.Ready) },
	"inflicted": func(a, b *Row) int { return cmp.Compare(b.Inflicted, a.Inflicted) },
	"longest":   func(a, b *Row) int { return cmp.Compare(b.Longest, a.Longest) },
}

// sorted returns nodes in the order that is asked for.
func (l *layout) sorted(nodes []*tasktree.TaskNode) []*tasktree.TaskNode {
	groups := make([]tasktree.Group, len(nodes))
	for i, n := range nodes {
		groups[i].Nodes = []*tasktree.TaskNode{n}
	}
	l.sortGroups(groups)
	sorted := make([]*tasktree.TaskNode, len(nodes))
	for i := range groups {
		sorted[i] = groups[i].Nodes[0]
	}
	return sorted
}

// sortGroups sorts groups as is asked for; equal ones keep their order, which
// is that in which they were started.
func (l *layout) sortGroups(groups []tasktree.Group) {
	if l.Sort == "id" {
		if l.Ascending {
			slices.Reverse(groups)
		}
		return
	}
	type keyed struct {
		row   Row
		group tasktree.Group
	}
	all := make([]keyed, len(groups))
	for i, g := range groups {
		all[i] = keyed{l.row(g.Nodes, "", 0), g}
	}
	compare := columns[l.Sort]
	slices.SortStableFunc(all, func(a, b keyed) int {
		if l.Ascending {
			return compare(&b.row, &a.row)
		}
		return compare(&a.row, &b.row)
	})
	for i := range all {
		groups[i] = all[i].group
	}
}

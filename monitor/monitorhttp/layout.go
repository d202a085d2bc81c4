package monitorhttp

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

	"github.com/gobaton/async/internal/tasktree"
	"github.com/gobaton/async/monitor"
)

// The groupings that are no column.
const (
	tree = "tree"
	none = "none"
)

// groupings are what rows may share.
var groupings = map[string]func(t *monitor.Task, n *tasktree.TaskNode) string{
	"name":     func(_ *monitor.Task, n *tasktree.TaskNode) string { return tasktree.Shape(n.Name) },
	"function": func(_ *monitor.Task, n *tasktree.TaskNode) string { return n.Function },
	"state":    func(_ *monitor.Task, n *tasktree.TaskNode) string { return n.State },
	"wait": func(t *monitor.Task, _ *tasktree.TaskNode) string {
		if t.Wait == nil {
			return "nothing"
		}
		return t.Wait.Kind
	},
}

// A layout puts the tasks of a scan into the rows of a view.
type layout struct {
	*scan
	Query
	view   *View
	filter filter
	kept   []bool // by task: the filter keeps it
	toggle map[string]bool
	fold   *tasktree.Folding
	nodes  []tasktree.TaskNode // with their children
}

func newLayout(c *scan, q Query, v *View) *layout {
	l := &layout{scan: c, Query: q, view: v, filter: parseFilter(q.Filter), toggle: map[string]bool{}, fold: tasktree.NewFolding()}
	for _, key := range q.Toggle {
		l.toggle[key] = true
	}
	l.kept = make([]bool, len(c.Tasks))
	for i := range c.Tasks {
		if l.kept[i] = l.filter.keeps(&c.Tasks[i], &c.nodes[i]); l.kept[i] {
			v.Matches++
		}
	}
	return l
}

// rows fills the view's.
func (l *layout) rows() {
	switch l.Group {
	case tree:
		l.siblings(l.forest(), "", 0, nil)
	case none:
		for _, n := range l.sorted(l.flat()) {
			l.add(l.row([]*tasktree.TaskNode{n}, "t"+strconv.FormatUint(n.ID, 10), 0))
		}
	default:
		l.shared(l.flat())
	}
}

// flat returns the tasks that the filter keeps.
func (l *layout) flat() (nodes []*tasktree.TaskNode) {
	for i, kept := range l.kept {
		if kept {
			nodes = append(nodes, &l.scan.nodes[i])
		}
	}
	return nodes
}

// forest returns the tasks that the filter keeps, and those above them, as a
// tree.
func (l *layout) forest() []*tasktree.TaskNode {
	l.nodes = slices.Clone(l.scan.nodes) // views must not share children
	wanted := l.withOwners()
	var nodes []*tasktree.TaskNode
	var owners []uint64
	for i := range l.nodes {
		if wanted[i] {
			nodes, owners = append(nodes, &l.nodes[i]), append(owners, l.Tasks[i].Owner)
		}
	}
	return tasktree.Build(nodes, func(i int) uint64 { return owners[i] })
}

// withOwners returns which tasks are kept or own, near or far, one that is.
func (l *layout) withOwners() []bool {
	wanted := slices.Clone(l.kept)
	if len(l.filter) == 0 {
		return wanted
	}
	for i := range l.Tasks {
		if !l.kept[i] {
			continue
		}
		for at := l.index(l.Tasks[i].Owner); at >= 0 && !wanted[at]; at = l.index(l.Tasks[at].Owner) {
			wanted[at] = true
		}
	}
	return wanted
}

// index returns the place of a task in the lists, or -1.
func (l *layout) index(id uint64) int {
	i, ok := slices.BinarySearchFunc(l.Tasks, id, func(t monitor.Task, id uint64) int {
		switch {
		case t.ID < id:
			return -1
		case t.ID > id:
			return 1
		}
		return 0
	})
	if !ok {
		return -1
	}
	return i
}

// siblings adds rows for siblings and what is below them.
func (l *layout) siblings(nodes []*tasktree.TaskNode, path string, depth int, used map[string]int) {
	groups := l.fold.Fold(nodes)
	l.sortGroups(groups)
	if used == nil {
		used = map[string]int{}
	}
	for i := range groups {
		g := groups[i].Nodes
		if len(g) == 1 {
			l.task(g[0], depth)
			continue
		}
		key := path + "/" + l.fingerprint(g[0])
		if used[key]++; used[key] > 1 {
			key += "." + strconv.Itoa(used[key])
		}
		row := l.row(g, key, depth)
		row.Below, row.Open = len(g), l.toggle[key]
		if l.add(row); row.Open {
			for _, n := range l.sorted(g) {
				l.task(n, depth+1)
			}
		}
	}
}

// task adds a row for a task, and for what is below it.
func (l *layout) task(n *tasktree.TaskNode, depth int) {
	key := "t" + strconv.FormatUint(n.ID, 10)
	row := l.row([]*tasktree.TaskNode{n}, key, depth)
	row.Below, row.Open = len(n.Children), len(n.Children) > 0 && !l.toggle[key]
	if l.add(row); row.Open {
		l.siblings(n.Children, key, depth+1, nil)
	}
}

// shared adds rows for tasks that share what Group says.
func (l *layout) shared(nodes []*tasktree.TaskNode) {
	var groups []tasktree.Group
	place := map[string]int{}
	for _, n := range nodes {
		share := groupings[l.Group](&l.Tasks[l.index(n.ID)], n)
		at, known := place[share]
		if !known {
			at = len(groups)
			place[share] = at
			groups = append(groups, tasktree.Group{})
		}
		groups[at].Nodes = append(groups[at].Nodes, n)
	}
	l.sortGroups(groups)
	for i := range groups {
		l.sharedRow(groups[i].Nodes)
	}
}

// sharedRow adds the row of tasks that share something.
func (l *layout) sharedRow(nodes []*tasktree.TaskNode) {
	share := groupings[l.Group](&l.Tasks[l.index(nodes[0].ID)], nodes[0])
	row := l.row(nodes, l.Group+"="+share, 0)
	row.ID, row.Name, row.Below, row.Open = 0, share, len(nodes), l.toggle[l.Group+"="+share]
	if l.add(row); row.Open {
		for _, n := range l.sorted(nodes) {
			l.add(l.row([]*tasktree.TaskNode{n}, "t"+strconv.FormatUint(n.ID, 10), 1))
		}
	}
}

// add adds a row, if there is room.
func (l *layout) add(r Row) {
	if len(l.view.Rows) == l.Limit {
		l.view.More++
		return
	}
	l.view.Rows = append(l.view.Rows, r)
}

// fingerprint returns the same for tasks that are folded into one row, as long
// as they do the same.
func (l *layout) fingerprint(n *tasktree.TaskNode) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s|%s|%s|%s|%s", tasktree.Shape(n.Name), n.Function, n.Started, n.State, tasktree.Shape(n.Awaits))
	return strconv.FormatUint(h.Sum64(), 36)
}

package monitor

import "slices"

// A Node is a task with those that it owns.
type Node struct {
	Task     *Task   `json:"task"`               // of the snapshot
	Children []*Node `json:"children,omitempty"` // in the order they were started
}

// Tree returns the tasks as a tree of owners, siblings in the order they were
// started. A task whose owner has ended, or is not in the lists, is a root.
func (s *Snapshot) Tree() []*Node {
	nodes := make([]Node, len(s.Tasks))
	byID := make(map[uint64]*Node, len(s.Tasks))
	for i := range s.Tasks {
		nodes[i].Task = &s.Tasks[i]
		byID[s.Tasks[i].ID] = &nodes[i]
	}
	var roots []*Node
	for i := range nodes {
		n := &nodes[i]
		if owner := byID[n.Task.Owner]; owner != nil && owner != n {
			owner.Children = append(owner.Children, n)
		} else {
			roots = append(roots, n)
		}
	}
	return roots
}

// Task returns the task of a number, or nil.
func (s *Snapshot) Task(id uint64) *Task {
	i, ok := slices.BinarySearchFunc(s.Tasks, id, func(t Task, id uint64) int {
		switch {
		case t.ID < id:
			return -1
		case t.ID > id:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return &s.Tasks[i]
}

// Chain returns the way from a task to what blocks it: the task, a task that
// holds what it waits for, and so on. It ends at a task that does not wait, or
// of which it is not known which task holds what it waits for, or with the
// first task that comes a second time: a cycle. Where several tasks hold
// something, it goes on with the first.
func (s *Snapshot) Chain(id uint64) (chain []*Task) {
	for t := s.Task(id); t != nil; {
		again := slices.Contains(chain, t)
		chain = append(chain, t)
		if again || t.Wait == nil || len(t.Wait.Holders) == 0 {
			break
		}
		t = s.Task(t.Wait.Holders[0])
	}
	return chain
}

// Cycles returns the cycles among tasks that wait for each other, each once:
// each task waits for the next, and the last for the first.
func (s *Snapshot) Cycles() [][]uint64 {
	search := cycleSearch{s: s, place: map[uint64]int{}}
	for i := range s.Tasks {
		if w := s.Tasks[i].Wait; w != nil && len(w.Holders) > 0 {
			search.visit(s.Tasks[i].ID)
		}
	}
	return search.found
}

// cycleSearch walks the graph of waits depth first, without recursion: a chain
// may be as long as there are tasks.
type cycleSearch struct {
	s     *Snapshot
	path  []step
	place map[uint64]int // 1 + the index in path; -1: everything that it leads to was looked at
	found [][]uint64
}

// step is a task on the path, and how many of its holders were looked at.
type step struct {
	id     uint64
	looked int
}

func (c *cycleSearch) visit(id uint64) {
	c.enter(id)
	for len(c.path) > 0 {
		last := &c.path[len(c.path)-1]
		t := c.s.Task(last.id)
		if t == nil || t.Wait == nil || last.looked == len(t.Wait.Holders) {
			c.place[last.id] = -1
			c.path = c.path[:len(c.path)-1]
			continue
		}
		last.looked++
		c.enter(t.Wait.Holders[last.looked-1])
	}
}

// enter goes on with the task of a number, if that was not looked at.
func (c *cycleSearch) enter(id uint64) {
	switch at := c.place[id]; {
	case at > 0:
		var cycle []uint64
		for _, s := range c.path[at-1:] {
			cycle = append(cycle, s.id)
		}
		c.found = append(c.found, cycle)
	case at == 0:
		c.path = append(c.path, step{id: id})
		c.place[id] = len(c.path)
	}
}

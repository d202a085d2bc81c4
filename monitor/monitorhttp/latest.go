package monitorhttp

import (
	"sync"
	"time"

	"github.com/gobaton/async/internal/tasktree"
	"github.com/gobaton/async/monitor"
)

// latest is the snapshot that viewers share: as many as there are cost the loop
// no more than one.
type latest struct {
	monitor *monitor.Monitor

	mu   sync.Mutex
	scan *scan
}

// fresh is for how long a snapshot is shown again.
const fresh = 250 * time.Millisecond

// get returns the last snapshot, or a new one if that is old. It must not be
// changed.
func (l *latest) get() *scan {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.scan == nil || time.Since(l.scan.taken) > fresh {
		l.scan = newScan(l.monitor.Snapshot())
	}
	return l.scan
}

// A scan is a snapshot with what all views of it share.
type scan struct {
	*monitor.Snapshot
	taken time.Time
	nodes []tasktree.TaskNode // of the tasks, in their order, without children

	texts map[*monitor.Place]string
}

func newScan(s *monitor.Snapshot) *scan {
	c := &scan{Snapshot: s, taken: time.Now(), nodes: make([]tasktree.TaskNode, len(s.Tasks)), texts: map[*monitor.Place]string{}}
	for i := range s.Tasks {
		t := &s.Tasks[i]
		n := &c.nodes[i]
		n.ID, n.Name, n.Function, n.State, n.Started = t.ID, t.Name, t.Function, string(t.State), c.place(t.Start)
		if t.Wait != nil {
			n.Awaits = t.Wait.Text
		}
	}
	return c
}

// place returns p as file.go:12.
func (c *scan) place(p *monitor.Place) string {
	if p == nil {
		return ""
	}
	text, known := c.texts[p]
	if !known {
		text = p.String()
		c.texts[p] = text
	}
	return text
}

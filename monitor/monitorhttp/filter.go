package monitorhttp

import (
	"strconv"
	"strings"

	"github.com/gobaton/async/internal/tasktree"
	"github.com/gobaton/async/monitor"
)

// A word is one condition of a filter.
type word struct {
	field string // "": any
	text  string // in lower case
	not   bool
}

// A filter is conditions that a task has to meet, all of them.
type filter []word

// fields are what a word may look at.
var fields = map[string]func(t *monitor.Task, n *tasktree.TaskNode) string{
	"name":  func(_ *monitor.Task, n *tasktree.TaskNode) string { return n.Name },
	"fn":    func(_ *monitor.Task, n *tasktree.TaskNode) string { return n.Function },
	"at":    func(_ *monitor.Task, n *tasktree.TaskNode) string { return n.Started },
	"state": func(_ *monitor.Task, n *tasktree.TaskNode) string { return n.State },
	"wait":  func(_ *monitor.Task, n *tasktree.TaskNode) string { return n.Awaits },
	"canceled": func(t *monitor.Task, _ *tasktree.TaskNode) string {
		if t.Asked > 0 {
			return "yes"
		}
		return "no"
	},
}

// parseFilter reads the words of a filter. A word before a colon that is no
// field is part of the text.
func parseFilter(text string) (f filter) {
	for part := range strings.FieldsSeq(strings.ToLower(text)) {
		w := word{text: part}
		if rest, ok := strings.CutPrefix(part, "-"); ok && rest != "" {
			w.not, w.text = true, rest
		}
		if field, rest, ok := strings.Cut(w.text, ":"); ok && (fields[field] != nil || field == "id") {
			w.field, w.text = field, rest
		}
		f = append(f, w)
	}
	return f
}

// keeps reports whether a task meets all conditions.
func (f filter) keeps(t *monitor.Task, n *tasktree.TaskNode) bool {
	for _, w := range f {
		if w.meets(t, n) == w.not {
			return false
		}
	}
	return true
}

func (w word) meets(t *monitor.Task, n *tasktree.TaskNode) bool {
	switch w.field {
	case "id":
		return strconv.FormatUint(t.ID, 10) == w.text
	case "":
		return contains(n.Name, w.text) || contains(n.Function, w.text) || contains(n.Started, w.text) ||
			contains(n.State, w.text) || contains(n.Awaits, w.text)
	}
	return contains(fields[w.field](t, n), w.text)
}

// contains reports whether a text has a part, in upper or lower case.
func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), part)
}

// keepsEnded reports whether a task that has ended meets all conditions.
func (f filter) keepsEnded(t *monitor.EndedTask) bool {
	n := tasktree.TaskNode{Name: t.Name, Function: t.Function, State: string(t.Outcome), Awaits: t.Error}
	if t.Start != nil {
		n.Started = t.Start.String()
	}
	live := monitor.Task{ID: t.ID}
	if t.Cancel != nil {
		live.Asked = 1
	}
	return f.keeps(&live, &n)
}

package monitorhttp

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gobaton/async/monitor"
)

// A Query says which tasks a [View] has, and in which form. The zero Query is
// the tree of all.
type Query struct {
	// Filter keeps the tasks that have all of its words, which are
	// separated by spaces, somewhere in their name, function, place, state
	// or wait. name:, fn:, at:, state:, wait: and id: look in one of them
	// only, and -word keeps those that have it not. canceled:yes are the
	// tasks that were asked to stop.
	Filter string `json:"filter"`

	// Group is how rows are put together: "tree", the default, below the
	// tasks that own them, siblings that are alike in one row; "name",
	// "function", "state" or "wait", those that share it; "none".
	Group string `json:"group"`

	// Sort is the column by which siblings are sorted: id, the default, in
	// the order they were started, name, state, age, in_state, steps, busy,
	// ready, inflicted or longest. Numbers begin with the largest, unless
	// Ascending.
	Sort      string `json:"sort"`
	Ascending bool   `json:"ascending"` // the other way round

	// Toggle has the keys of rows that are open or closed against their
	// custom: a task with others below it is open, a row of many is closed.
	Toggle []string `json:"toggle"`

	// Limit is how many rows there are at most; 0: 500.
	Limit int `json:"limit"`
}

// A View is a snapshot as rows of a table.
type View struct {
	Loop     string            `json:"loop"`               // what the loop is called
	Time     time.Time         `json:"time"`               // by the loop's clock
	Now      time.Duration     `json:"now"`                // since the zero of that clock
	Closed   bool              `json:"closed,omitempty"`   // the loop has ended
	Outside  bool              `json:"outside,omitempty"`  // see monitor.Snapshot
	Took     time.Duration     `json:"took"`               // how long the snapshot took
	Stopped  time.Duration     `json:"stopped"`            // for how long the loop was stopped at a time meanwhile
	Stats    monitor.Stats     `json:"stats"`              // the numbers
	Holder   *monitor.Holder   `json:"holder,omitempty"`   // what holds the baton
	Warnings []monitor.Warning `json:"warnings,omitempty"` // what looks wrong
	Matches  int               `json:"matches"`            // how many tasks the filter keeps
	Rows     []Row             `json:"rows"`               // at most Query.Limit
	More     int               `json:"more,omitempty"`     // how many rows were left out
}

// A Row is a task, or several that are alike or share something. Its numbers
// are their sums, but for Age, InState and Longest, which are the largest.
type Row struct {
	Key   string `json:"key"`             // for Query.Toggle
	Depth int    `json:"depth,omitempty"` // below which others it stands
	Count int    `json:"count"`           // how many tasks it is
	Below int    `json:"below,omitempty"` // how many rows are below it
	Open  bool   `json:"open,omitempty"`  // those are shown
	Aside bool   `json:"aside,omitempty"` // the filter does not keep it, but some below it

	ID       uint64 `json:"id,omitempty"`       // the task's number; 0: there are several
	Name     string `json:"name"`               // the task's, or what they share
	Function string `json:"function,omitempty"` // that it runs, or the first of them
	Start    string `json:"start,omitempty"`    // where it was started, as file.go:12
	State    string `json:"state,omitempty"`    // "" if they differ
	Wait     string `json:"wait,omitempty"`     // what it waits for, or the first of them
	For      uint64 `json:"for,omitempty"`      // the task that holds that
	Canceled bool   `json:"canceled,omitempty"` // it was asked to stop

	Age       time.Duration `json:"age"`       // since it was started
	InState   time.Duration `json:"in_state"`  // since its last step
	Steps     uint64        `json:"steps"`     // how often it has suspended
	Busy      time.Duration `json:"busy"`      // it held the baton, sampled
	Ready     time.Duration `json:"ready"`     // it waited for its turn, sampled
	Inflicted time.Duration `json:"inflicted"` // others waited for it, sampled
	Longest   time.Duration `json:"longest"`   // its longest step, sampled
}

const (
	usualRows  = 500
	mostRows   = 10_000
	mostLength = 4096 // of a filter
)

// parseQuery reads the parameters of a request.
func parseQuery(v url.Values) (q Query, err error) {
	q = Query{Filter: v.Get("filter"), Group: v.Get("group"), Sort: v.Get("sort"), Toggle: v["toggle"]}
	switch q.Ascending, err = parseBool(v.Get("ascending")); {
	case err != nil:
		return q, err
	case len(q.Filter) > mostLength:
		return q, fmt.Errorf("monitor: the filter is too long")
	case q.Group != "" && q.Group != tree && q.Group != none && groupings[q.Group] == nil:
		return q, fmt.Errorf("monitor: group=%s: say tree, name, function, state, wait or none", q.Group)
	case q.Sort != "" && columns[q.Sort] == nil:
		return q, fmt.Errorf("monitor: sort=%s is no column: say id, name, state, age, in_state, steps, busy, ready, inflicted or longest", q.Sort)
	}
	if limit := v.Get("limit"); limit != "" {
		if q.Limit, err = strconv.Atoi(limit); err != nil || q.Limit < 0 {
			return q, fmt.Errorf("monitor: limit=%s is no number", limit)
		}
	}
	return q, nil
}

func parseBool(s string) (bool, error) {
	if s == "" {
		return false, nil
	}
	b, err := strconv.ParseBool(s)
	if err != nil {
		return false, fmt.Errorf("monitor: ascending=%s: say true or false", s)
	}
	return b, nil
}

// complete returns q with its defaults.
func (q Query) complete() Query {
	q.Group = cmp.Or(q.Group, tree)
	q.Sort = cmp.Or(q.Sort, "id")
	q.Limit = min(cmp.Or(q.Limit, usualRows), mostRows)
	q.Filter = strings.TrimSpace(q.Filter)
	return q
}

// view makes the view of a query.
func (c *scan) view(q Query) *View {
	q = q.complete()
	v := &View{
		Loop: c.Loop, Time: c.Time, Now: c.Now, Closed: c.Closed, Outside: c.Outside, Took: c.Took, Stopped: c.Stopped,
		Stats: c.Stats, Holder: c.Holder, Warnings: c.Warnings, Rows: []Row{},
	}
	newLayout(c, q, v).rows()
	return v
}

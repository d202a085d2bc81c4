package report

import (
	"fmt"
	"strings"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// headlines are the rows that README.md shows.
var headlines = []struct{ work, workload, peer, against string }{
	{"a Yield of 2 tasks", "yield-2", "iterpull", "a bare iter.Pull round trip"},
	{"a Yield of a million tasks", "yield-1m", "iterpull", "a ring of as many bare coroutines"},
	{"Go and Await of an empty task", "spawn-await", "go+chan", "`go` and a channel wait"},
	{"Gather of 100,000", "gather-100k", "errgroup", "errgroup, which has all cores"},
	{"an uncontended Lock", "lock", "sync.Mutex", "sync.Mutex"},
	{"an item through a Queue(1)", "queue-1", "unbuffered chan", "an unbuffered channel"},
	{"an item through a Queue(1000)", "queue-1000", "buffered chan", "a buffered channel"},
	{"ToThread of an empty function", "tothread", "go+chan", "`go` and a channel wait"},
}

// headline returns the table of README.md, with the rows that were measured;
// "" if there are none.
func (rep *Report) headline() string {
	var table strings.Builder
	for _, h := range headlines {
		result := rep.result(h.workload)
		if result == nil {
			continue
		}
		if row := result.row(measure.Time, h.peer); row != nil && row.Ratio != 0 {
			fmt.Fprintf(&table, "| %s | %s | %s | %s |\n", h.work, h.against, times(row.Ratio), result.ahead())
		}
	}
	if table.Len() == 0 {
		return ""
	}
	return "| work | against | takes | ahead of CPython by |\n| --- | --- | --- | --- |\n" + table.String() + "\n"
}

// complete reports whether all headlines were measured, and the chart that goes
// with them.
func (rep *Report) complete() bool {
	return strings.Count(rep.headline(), "\n") == len(headlines)+3 && len(rep.charts()) == len(charts)
}

// ahead says how many times as fast as CPython ours is.
func (r *Result) ahead() string {
	row := r.row(measure.Time, "cpython")
	if row == nil || row.Ratio == 0 {
		return "not measured"
	}
	return times(1 / row.Ratio)
}

func times(value float64) string {
	if value >= 10 {
		return fmt.Sprintf("%.0fx", value)
	}
	return fmt.Sprintf("%.2gx", value)
}

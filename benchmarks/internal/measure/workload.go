// Package measure takes samples of workloads.
//
// A [Workload] is one kind of work; its runners are those who can do it, ours
// and its peers. A [Sampler] takes samples of all of them, each in a process of
// its own, round by round.
package measure

import (
	"slices"
	"strings"
	"testing"
)

// Ours is the name of the runner that the others are compared with.
const Ours = "async"

// A Metric is a unit in which a runner is measured; less is better.
type Metric string

// What a sample may hold.
const (
	Time      Metric = "ns/op"
	Allocs    Metric = "allocs/op"
	Bytes     Metric = "B/op"
	TaskBytes Metric = "B/task"          // memory that a suspended task holds
	Resident  Metric = "resident B/task" // what the process grows by
	GCShare   Metric = "GC, % of CPU"
	Assist    Metric = "assist, % of CPU" // of the collector's share, what those who allocate do
	Pause     Metric = "longest pause, us"
	Cycles    Metric = "GC cycles"
	Peak      Metric = "peak, MiB" // resident
)

// Metrics are all, in the order of a table's columns.
var Metrics = []Metric{Time, Allocs, Bytes, TaskBytes, Resident, GCShare, Assist, Pause, Cycles, Peak}

// A Workload is one kind of work.
type Workload struct {
	Name    string
	Section string // of the report
	About   string // what is done, and what an operation is
	Chart   string // the chart that has its time,
	Size    int    // at this many tasks; 0 means none
	Ops     int    // operations in one unit of b.N; 0 means 1
	Rounds  int    // no more than so many; 0 means as many as are asked for
	Runners []Runner
	Goals   []Goal
}

// A Runner does a workload, in Go or in Python.
type Runner struct {
	Name    string
	Body    func(b *testing.B) // does b.N units
	Once    func() Sample      // instead of Body: measures by itself
	Program *Program           // instead of Body
}

// Open as a goal's bound sets none: the comparison is only shown.
const Open = -1

// A Goal bounds a metric of ours: its ratio to a peer's or, without a Peer,
// the metric itself.
type Goal struct {
	Metric Metric
	Peer   string
	AtMost float64
}

// Runner returns the runner called name.
func (w Workload) Runner(name string) (r Runner, ok bool) {
	i := slices.IndexFunc(w.Runners, func(r Runner) bool { return r.Name == name })
	if i < 0 {
		return Runner{}, false
	}
	return w.Runners[i], true
}

// Only returns w with the runners in a comma-separated list; all, if it is
// empty.
func (w Workload) Only(list string) Workload {
	if list == "" {
		return w
	}
	names := strings.Split(list, ",")
	w.Runners = slices.DeleteFunc(slices.Clone(w.Runners), func(r Runner) bool {
		return !slices.Contains(names, r.Name)
	})
	return w
}

// Count returns how many operations n units hold.
func (w Workload) Count(n int) float64 {
	return float64(n) * float64(max(w.Ops, 1))
}

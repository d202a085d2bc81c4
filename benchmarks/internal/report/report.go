// Package report turns samples into a table of ratios and writes it.
package report

import (
	"fmt"
	"runtime"

	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

// A Report is the table, and what it was measured with.
type Report struct {
	Go     string       `json:"go"`
	System string       `json:"system"`
	CPUs   int          `json:"cpus"`
	Tools  []peers.Tool `json:"tools"`
	Rounds int          `json:"rounds"`
	Rows   []Row        `json:"rows"`
	Failed []string     `json:"failed,omitempty"` // the runners that gave up, and why
}

// New returns an empty Report of measurements in this many rounds.
func New(tools []peers.Tool, rounds int) *Report {
	return &Report{
		Go:     runtime.Version(),
		System: runtime.GOOS + "/" + runtime.GOARCH,
		CPUs:   runtime.GOMAXPROCS(0),
		Tools:  tools,
		Rounds: rounds,
	}
}

// Add appends a workload's rows, and the errors of its runners that failed.
func (rep *Report) Add(w measure.Workload, rounds []measure.Round, failed map[string]error) {
	rep.Rows = append(rep.Rows, rowsOf(w, rounds)...)
	for _, r := range w.Runners {
		if err := failed[r.Name]; err != nil {
			rep.Failed = append(rep.Failed, fmt.Sprintf("%s/%s: %v", w.Name, r.Name, err))
		}
	}
}

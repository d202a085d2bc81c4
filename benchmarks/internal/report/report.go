// Package report turns samples into a table of ratios and writes it.
package report

import (
	"runtime"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// A Report is the table, and what it was measured with.
type Report struct {
	Go     string `json:"go"`
	System string `json:"system"`
	CPUs   int    `json:"cpus"`
	Python string `json:"python,omitempty"`
	Rounds int    `json:"rounds"`
	Rows   []Row  `json:"rows"`
}

// New returns an empty Report of measurements in this many rounds.
func New(python string, rounds int) *Report {
	return &Report{
		Go:     runtime.Version(),
		System: runtime.GOOS + "/" + runtime.GOARCH,
		CPUs:   runtime.GOMAXPROCS(0),
		Python: python,
		Rounds: rounds,
	}
}

// Add appends a workload's rows.
func (rep *Report) Add(w measure.Workload, rounds []measure.Round) {
	rep.Rows = append(rep.Rows, rowsOf(w, rounds)...)
}

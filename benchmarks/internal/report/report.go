// Package report turns samples into tables of ratios and writes them: as text,
// or as the documents that go with the library.
package report

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

// A Report is what was measured, and what it was measured with.
type Report struct {
	Date      string       `json:"date"`
	Go        string       `json:"go"`
	System    string       `json:"system"`
	CPUs      int          `json:"cpus"`
	Machine   Machine      `json:"machine"`
	Tools     []peers.Tool `json:"tools"`
	Rounds    int          `json:"rounds"`
	Benchtime string       `json:"benchtime"`
	Results   []Result     `json:"results"`
}

// A Result is what was measured of a workload.
type Result struct {
	Name    string   `json:"name"`
	Section string   `json:"section,omitempty"`
	About   string   `json:"about,omitempty"`
	Chart   string   `json:"chart,omitempty"`
	Size    int      `json:"size,omitempty"`
	Figures []Figure `json:"figures"`
	Rows    []Row    `json:"rows"`
	Failed  []string `json:"failed,omitempty"` // the runners that gave up, and why
}

// A Figure holds the medians of a runner's samples.
type Figure struct {
	Runner  string                     `json:"runner"`
	Rounds  int                        `json:"rounds"`
	Medians map[measure.Metric]float64 `json:"medians"`
}

// New returns an empty Report of measurements in this many rounds, with samples
// that last benchtime.
func New(tools []peers.Tool, rounds int, benchtime time.Duration) *Report {
	return &Report{
		Date:      time.Now().UTC().Format(time.DateOnly),
		Go:        runtime.Version(),
		System:    runtime.GOOS + "/" + runtime.GOARCH,
		CPUs:      runtime.GOMAXPROCS(0),
		Machine:   thisMachine("/"),
		Tools:     tools,
		Rounds:    rounds,
		Benchtime: benchtime.String(),
	}
}

// Add appends what the rounds found of a workload, and the errors of its
// runners that failed.
func (rep *Report) Add(w measure.Workload, rounds []measure.Round, failed map[string]error) {
	result := Result{Name: w.Name, Section: w.Section, About: w.About, Chart: w.Chart, Size: w.Size, Rows: rowsOf(w, rounds)}
	for _, r := range w.Runners {
		if figure, ok := figureOf(r.Name, rounds); ok {
			result.Figures = append(result.Figures, figure)
		}
		if err := failed[r.Name]; err != nil {
			result.Failed = append(result.Failed, fmt.Sprintf("%s: %v", r.Name, err))
		}
	}
	rep.Results = append(rep.Results, result)
}

func figureOf(runner string, rounds []measure.Round) (f Figure, ok bool) {
	f = Figure{Runner: runner, Medians: map[measure.Metric]float64{}}
	for _, metric := range measure.Metrics {
		if values := series(rounds, runner, metric); len(values) > 0 {
			f.Rounds, f.Medians[metric] = len(values), median(values)
		}
	}
	return f, f.Rounds > 0
}

// Keep adds the results of an earlier report that rep has none of, in the order
// of names. It returns an error if that was measured elsewhere.
func (rep *Report) Keep(earlier *Report, names []string) error {
	if rep.Go != earlier.Go || rep.Machine.String() != earlier.Machine.String() {
		return errors.New("the earlier results are of another machine, or of another Go")
	}
	for _, result := range earlier.Results {
		if rep.result(result.Name) == nil {
			rep.Results = append(rep.Results, result)
		}
	}
	for _, tool := range earlier.Tools {
		if !slices.ContainsFunc(rep.Tools, func(t peers.Tool) bool { return t.Name == tool.Name }) {
			rep.Tools = append(rep.Tools, tool)
		}
	}
	slices.SortStableFunc(rep.Results, func(a, b Result) int {
		return slices.Index(names, a.Name) - slices.Index(names, b.Name)
	})
	return nil
}

// result returns what was measured of a workload, nil if nothing was.
func (rep *Report) result(name string) *Result {
	i := slices.IndexFunc(rep.Results, func(r Result) bool { return r.Name == name })
	if i < 0 {
		return nil
	}
	return &rep.Results[i]
}

// row returns the comparison with a peer in a metric, nil if there is none.
func (r *Result) row(metric measure.Metric, peer string) *Row {
	i := slices.IndexFunc(r.Rows, func(row Row) bool { return row.Metric == metric && row.Peer == peer })
	if i < 0 {
		return nil
	}
	return &r.Rows[i]
}

// rows returns all comparisons.
func (rep *Report) rows() (rows []Row) {
	for _, result := range rep.Results {
		rows = append(rows, result.Rows...)
	}
	return rows
}

// missing says what is not in the report, and why.
func (rep *Report) missing() (lines []string) {
	for _, tool := range rep.Tools {
		if tool.Missing != "" {
			lines = append(lines, fmt.Sprintf("%s is missing: %s", tool.Name, tool.Missing))
		}
	}
	for _, result := range rep.Results {
		for _, failed := range result.Failed {
			lines = append(lines, fmt.Sprintf("%s failed in %s", failed, result.Name))
		}
	}
	return lines
}

// versions lists Go and the peers that were measured.
func (rep *Report) versions() []string {
	list := []string{fmt.Sprintf("%s %s, GOMAXPROCS %d", rep.Go, rep.System, rep.CPUs)}
	for _, tool := range rep.Tools {
		if tool.Missing == "" {
			list = append(list, tool.Version)
		}
	}
	return list
}

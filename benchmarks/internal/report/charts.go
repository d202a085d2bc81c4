package report

import (
	"slices"

	"github.com/gobaton/async/benchmarks/internal/chart"
	"github.com/gobaton/async/benchmarks/internal/measure"
)

// A drawn is a chart and the file in docs/ that it goes into.
type drawn struct {
	file    string
	drawing *chart.Chart
}

// charts are those that a report may have.
var charts = []struct{ name, file, title, x string }{
	{"yield", "benchmarks-yield.svg", "What a Yield costs among so many tasks", "tasks"},
	{"gather", "benchmarks-gather.svg", "What a function of a Gather costs among so many", "functions"},
}

// charts returns the charts that the report has results for: at least two
// sizes.
func (rep *Report) charts() (all []drawn) {
	for _, c := range charts {
		lines := rep.lines(c.name)
		if len(lines) > 0 {
			all = append(all, drawn{c.file, &chart.Chart{Title: c.title, X: c.x, Lines: lines, Marks: rep.marks()}})
		}
	}
	return all
}

// lines returns a line for each runner that was measured at two sizes or more,
// in the order in which the runners come first.
func (rep *Report) lines(name string) []chart.Line {
	var lines []chart.Line
	for _, result := range rep.Results {
		if result.Chart != name || result.Size < smallest {
			continue
		}
		for _, figure := range result.Figures {
			i := slices.IndexFunc(lines, func(l chart.Line) bool { return l.Name == figure.Runner })
			if i < 0 {
				i = len(lines)
				lines = append(lines, chart.Line{Name: figure.Runner, Bold: figure.Runner == measure.Ours})
			}
			if ns := figure.Medians[measure.Time]; ns > 0 {
				lines[i].Points = append(lines[i].Points, chart.Point{X: float64(result.Size), Y: ns})
			}
		}
	}
	return slices.DeleteFunc(lines, func(l chart.Line) bool { return len(l.Points) < 2 })
}

// smallest is the size at which charts begin.
const smallest = 10

// marks says how many suspended tasks of ours each cache has room for, which
// needs the measured bytes of one.
func (rep *Report) marks() (marks []chart.Mark) {
	idle := rep.result("memory-idle")
	if idle == nil {
		return nil
	}
	row := idle.row(measure.TaskBytes, "iterpull")
	if row == nil || row.Ours <= 0 {
		return nil
	}
	for _, c := range rep.Machine.Caches {
		marks = append(marks, chart.Mark{Name: c.Name + " " + bytesText(c.Size) + " full", X: float64(c.Size) / row.Ours})
	}
	return marks
}

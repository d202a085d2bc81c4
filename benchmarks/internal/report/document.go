package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// document writes docs/benchmarks.md. command is what wrote it.
func (rep *Report) document(out io.Writer, command string) error {
	var doc strings.Builder
	rep.opening(&doc, command)
	rep.goals(&doc)
	for i, result := range rep.Results {
		if i == 0 || result.Section != rep.Results[i-1].Section {
			fmt.Fprintf(&doc, "## %s\n\n", result.Section)
		}
		result.section(&doc)
	}
	_, err := io.WriteString(out, strings.TrimSuffix(doc.String(), "\n"))
	return err
}

const opening = `Written on %s by
` + "`%s`" + ` in [benchmarks](../benchmarks).

Every sample is taken in a new process and lasts %s or more; the runners of a workload take turns, in %d rounds; where one
has fewer, its line says so. Ratios are the medians of the rounds' ratios, and beside them stands what the middle half of
the rounds lay between. 1/18 is eighteen times ahead. GOMAXPROCS and the garbage collector are as they come. A floor
(iterpull: bare coroutines of iter.Pull; chan, go+chan: goroutines and channels) does nothing but the switch.

`

func (rep *Report) opening(doc *strings.Builder, command string) {
	fmt.Fprintf(doc, "# What was measured\n\n<!-- written by %s in benchmarks/: not to be edited -->\n\n", command)
	fmt.Fprintf(doc, opening, rep.Date, command, rep.Benchtime, rep.Rounds)
	fmt.Fprintf(doc, "- The machine: %v\n", rep.Machine)
	for _, version := range rep.versions() {
		fmt.Fprintf(doc, "- %s\n", version)
	}
	for _, missing := range rep.missing() {
		fmt.Fprintf(doc, "- **%s**\n", missing)
	}
	doc.WriteString("\n")
	doc.WriteString(rep.headline())
	for _, c := range rep.charts() {
		fmt.Fprintf(doc, "![%s](%s)\n\n", c.drawing.Title, c.file)
	}
}

// goals lists what was to be reached, and whether it was.
func (rep *Report) goals(doc *strings.Builder) {
	var lines []string
	reached := 0
	for _, row := range rep.rows() {
		if row.Reached == nil {
			continue
		}
		verdict := "**no**"
		if *row.Reached {
			verdict = "yes"
			reached++
		}
		lines = append(lines, fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s |", row.Workload, row.Metric, orOurs(row.Peer),
			row.shown(), spread(row.Spread), bound(*row.AtMost, row.Peer), verdict))
	}
	if lines == nil {
		return
	}
	fmt.Fprintf(doc, "## Goals\n\n%d of %d are reached.\n\n", reached, len(lines))
	doc.WriteString("| workload | metric | beside | ours takes | middle half | at most | reached |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	doc.WriteString(strings.Join(lines, "\n") + "\n\n")
}

func orOurs(peer string) string {
	if peer == "" {
		return "itself"
	}
	return peer
}

// shown is what the goal bounds: the ratio or, without a peer, the value.
func (row *Row) shown() string {
	if row.Peer == "" {
		return cell(row.Ours, true, row.Metric)
	}
	return ratio(row.Ratio)
}

// section writes what was measured of a workload.
func (r *Result) section(doc *strings.Builder) {
	fmt.Fprintf(doc, "### %s\n\n%s `go run . -run '^%s$'`\n\n", r.Name, r.About, r.Name)
	metrics, main := r.metrics()
	header := []string{"runner"}
	for _, metric := range metrics {
		header = append(header, string(metric))
	}
	header = append(header, "async takes", "middle half", "rounds")
	fmt.Fprintf(doc, "| %s |\n|%s\n", strings.Join(header, " | "), strings.Repeat(" --- |", len(header)))
	for _, figure := range r.Figures {
		fmt.Fprintf(doc, "| %s |\n", strings.Join(r.line(figure, metrics, main), " | "))
	}
	doc.WriteString("\n")
}

// metrics returns the metrics that were measured of some runner, and that by
// which the runners are compared. What allocations weigh is left out where
// nobody makes any.
func (r *Result) metrics() (metrics []measure.Metric, main measure.Metric) {
	for _, metric := range measure.Metrics {
		none := metric == measure.Allocs || metric == measure.Bytes
		if slices.ContainsFunc(r.Figures, func(f Figure) bool {
			value, ok := f.Medians[metric]
			return ok && !(none && rounded(value, metric) == 0)
		}) || metric == measure.Allocs && slices.ContainsFunc(r.Figures, func(f Figure) bool {
			_, ok := f.Medians[metric]
			return ok
		}) {
			metrics = append(metrics, metric)
		}
	}
	if len(metrics) > 0 {
		main = metrics[0]
	}
	return metrics, main
}

// line returns the cells of a runner: its medians, and our ratio to it.
func (r *Result) line(figure Figure, metrics []measure.Metric, main measure.Metric) []string {
	cells := []string{figure.Runner}
	for _, metric := range metrics {
		value, ok := figure.Medians[metric]
		cells = append(cells, cell(value, ok, metric))
	}
	between, middle := "", ""
	if row := r.row(main, figure.Runner); row != nil {
		between, middle = ratio(row.Ratio), spread(row.Spread)
	}
	return append(cells, between, middle, fmt.Sprint(figure.Rounds))
}

// cell shows a median. What the measuring itself allocates is left out.
func cell(value float64, ok bool, metric measure.Metric) string {
	if !ok {
		return ""
	}
	if metric == measure.Allocs || metric == measure.Bytes {
		value = rounded(value, metric)
	}
	if value == 0 {
		return "0"
	}
	return amount(value)
}

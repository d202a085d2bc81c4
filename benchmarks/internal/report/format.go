package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// header names the columns of cells.
var header = []string{"workload", "metric", "peer", "ours", "theirs", "ratio", "spread", "best", "at most", "reached"}

// Format returns the function that writes reports as text, md or json.
func Format(name string) (func(io.Writer, *Report) error, error) {
	switch name {
	case "text":
		return writeText, nil
	case "md":
		return writeMarkdown, nil
	case "json":
		return writeJSON, nil
	}
	return nil, fmt.Errorf("no format is called %q: text, md or json", name)
}

func writeText(out io.Writer, rep *Report) error {
	fmt.Fprintln(out, rep.setting())
	fmt.Fprintln(out)
	tw := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, strings.Join(header, "\t"))
	for _, row := range rep.rows() {
		fmt.Fprintln(tw, strings.Join(row.cells(), "\t"))
	}
	return tw.Flush()
}

func writeMarkdown(out io.Writer, rep *Report) error {
	fmt.Fprintf(out, "%s\n\n", rep.setting())
	fmt.Fprintf(out, "| %s |\n", strings.Join(header, " | "))
	fmt.Fprintf(out, "|%s\n", strings.Repeat(" --- |", len(header)))
	for _, row := range rep.rows() {
		if _, err := fmt.Fprintf(out, "| %s |\n", strings.Join(row.cells(), " | ")); err != nil {
			return err
		}
	}
	return nil
}

func writeJSON(out io.Writer, rep *Report) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(rep)
}

// setting says what the table was measured with, and what is missing in it.
func (rep *Report) setting() string {
	parts := append(rep.versions(), fmt.Sprintf("%d rounds", rep.Rounds))
	return strings.Join(append([]string{strings.Join(parts, ", ")}, rep.missing()...), "\n")
}

// cells returns the row as the text formats show it.
func (row Row) cells() []string {
	atMost, reached := "", ""
	if row.AtMost != nil {
		atMost = bound(*row.AtMost, row.Peer)
	}
	if row.Reached != nil {
		reached = map[bool]string{true: "yes", false: "NO"}[*row.Reached]
	}
	return []string{
		row.Workload, string(row.Metric), row.Peer,
		row.ours(), amount(row.Theirs), ratio(row.Ratio), spread(row.Spread), ratio(row.Best), atMost, reached,
	}
}

// ours shows a 0 where ours stands alone: no allocation is a result.
func (row Row) ours() string {
	if row.Peer == "" && row.Ours == 0 {
		return "0"
	}
	return amount(row.Ours)
}

// bound shows what a goal asks for.
func bound(atMost float64, peer string) string {
	if peer == "" {
		return fmt.Sprintf("%g", atMost)
	}
	return ratio(atMost)
}

// amount shows a value in its unit: three digits or more, nothing for none.
func amount(value float64) string {
	switch {
	case value == 0:
		return ""
	case value < 100:
		return fmt.Sprintf("%.3g", value)
	}
	return fmt.Sprintf("%.0f", value)
}

// ratio shows a small ratio as the fraction it is: 1/18, eighteen times ahead.
func ratio(value float64) string {
	switch {
	case value == 0:
		return ""
	case value <= 0.01:
		return fmt.Sprintf("1/%.0f", 1/value)
	case value < 0.35:
		return fmt.Sprintf("1/%.3g", 1/value)
	}
	return fmt.Sprintf("%.3g", value)
}

// spread shows what the middle half of the rounds lay between.
func spread(quartiles []float64) string {
	if quartiles == nil {
		return ""
	}
	return ratio(quartiles[0]) + "-" + ratio(quartiles[1])
}

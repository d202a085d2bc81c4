package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobaton/async/benchmarks/internal/report"
	"github.com/gobaton/async/benchmarks/internal/workloads"
)

// results holds the last report, for -keep; git ignores its folder.
const results = "results/report.json"

// writeReport saves rep and writes the documents.
func (o *options) writeReport(out io.Writer, rep *report.Report) error {
	if o.keep {
		if err := keep(rep); err != nil {
			return err
		}
	}
	if err := save(rep); err != nil {
		return err
	}
	files, err := rep.Write(o.root, o.command)
	for _, file := range files {
		fmt.Fprintln(out, "wrote", filepath.Join(o.root, file))
	}
	return err
}

// keep adds the results that were saved of the workloads that rep has not.
func keep(rep *report.Report) error {
	text, err := os.ReadFile(results)
	if err != nil {
		return err
	}
	var earlier report.Report
	if err := json.Unmarshal(text, &earlier); err != nil {
		return fmt.Errorf("%s: %w", results, err)
	}
	var names []string
	for _, w := range workloads.All() {
		names = append(names, w.Name)
	}
	return rep.Keep(&earlier, names)
}

func save(rep *report.Report) error {
	text, err := json.MarshalIndent(rep, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(results), 0o755); err != nil {
		return err
	}
	return os.WriteFile(results, text, 0o644)
}

// command returns what a reader types to measure the same: the flags that were
// given, but for where the documents went.
func command(flags *flag.FlagSet) string {
	words := []string{"go run ."}
	flags.Visit(func(f *flag.Flag) {
		switch value := f.Value.String(); {
		case f.Name == "root":
		case value == "true":
			words = append(words, "-"+f.Name)
		default:
			words = append(words, "-"+f.Name, quoted(value))
		}
	})
	return strings.Join(words, " ")
}

// quoted puts what a shell would take apart into quotes.
func quoted(value string) string {
	if strings.ContainsAny(value, " |()$^*?[]\\") {
		return "'" + value + "'"
	}
	return value
}

package workloads

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/files"
)

var lines = measure.Workload{
	Name:  "lines-100k",
	About: "The lines of a file of 100,000, read again and again. An operation is one line.",
	Ops:   linesOfFile,
	Runners: []measure.Runner{
		{Name: "async", Body: func(b *testing.B) { onLines(b, readLines) }},
		{Name: "bufio", Body: func(b *testing.B) { onLines(b, scanLines) }},
	},
	Goals: []measure.Goal{within("bufio", 1.3)},
}

const linesOfFile = 100_000

// onLines makes the file and has read read it b.N times.
func onLines(b *testing.B, read func(b *testing.B, name string) int) {
	name := filepath.Join(b.TempDir(), "lines")
	file, err := os.Create(name)
	must(err)
	out := bufio.NewWriter(file)
	for i := range linesOfFile {
		fmt.Fprintf(out, "%d: a line of some sixty bytes, as logs and tables have\n", i)
	}
	must(out.Flush())
	must(file.Close())
	b.ResetTimer()
	if n := read(b, name); n != b.N*linesOfFile {
		panic(fmt.Sprintf("%d lines, not %d", n, b.N*linesOfFile))
	}
	b.StopTimer()
}

func readLines(b *testing.B, name string) (n int) {
	run(func(ctx context.Context) error {
		for range b.N {
			for _, err := range files.Lines(ctx, name) {
				if err != nil {
					return err
				}
				n++
			}
		}
		return nil
	})
	return n
}

func scanLines(b *testing.B, name string) (n int) {
	for range b.N {
		file, err := os.Open(name)
		must(err)
		text := ""
		for scanner := bufio.NewScanner(file); scanner.Scan(); n++ {
			text = scanner.Text()
		}
		_ = text
		must(file.Close())
	}
	return n
}

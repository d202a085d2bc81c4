package report

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The region of README.md that a report rewrites lies between these.
const (
	begin = "<!-- begin: measured by go run . -report in benchmarks/ -->\n"
	end   = "<!-- end: measured -->\n"
)

const readmeIntro = "Ratios to what else does the same work in Go, measured in one run on one machine. " +
	"[docs/benchmarks.md](docs/benchmarks.md) has\nall of them, with the command of each, beside pools, asyncio, uvloop, Node and tokio."

// Write writes docs/benchmarks.md and its charts under root and, if all of its
// rows were measured, the region of README.md. It returns the files that it
// wrote. command is what measured.
func (rep *Report) Write(root, command string) (files []string, err error) {
	write := func(name string, text []byte) {
		if err == nil {
			err = os.WriteFile(filepath.Join(root, name), text, 0o644)
			files = append(files, name)
		}
	}
	var text bytes.Buffer
	if err := rep.document(&text, command); err != nil {
		return nil, err
	}
	write("docs/benchmarks.md", text.Bytes())
	for _, c := range rep.charts() {
		var svg bytes.Buffer
		if err := c.drawing.Draw(&svg); err != nil {
			return files, err
		}
		write(filepath.Join("docs", c.file), svg.Bytes())
	}
	if !rep.complete() || err != nil {
		return files, err
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return files, err
	}
	readme, err = rep.inReadme(readme)
	write("README.md", readme)
	return files, err
}

// inReadme returns README.md with the region rewritten.
func (rep *Report) inReadme(readme []byte) ([]byte, error) {
	before, rest, found := bytes.Cut(readme, []byte(begin))
	_, after, ended := bytes.Cut(rest, []byte(end))
	if !found || !ended {
		return nil, errors.New("README.md has no region to rewrite")
	}
	chart := rep.charts()[0]
	region := fmt.Sprintf("%s\n%s\n\n%s![%s](docs/%s)\n\n%s", begin, readmeIntro, rep.headline(), chart.drawing.Title, chart.file, end)
	return bytes.Join([][]byte{before, []byte(region), after}, nil), nil
}

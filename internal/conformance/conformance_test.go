package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testData are the files of the cases.
var testData = []string{"testdata/cases.jsonl.gz", "testdata/more-cases.jsonl.gz", "testdata/io-cases.jsonl.gz"}

const (
	shown = 3                // mismatches with their difference and program
	hangs = 30 * time.Second // of real time, for a case that takes a millisecond
)

// TestConformance leaves the trace of CPython on every case. CONFORMANCE_CASES
// names another file of cases (.jsonl or .jsonl.gz, seen from the module's
// root), CONFORMANCE_THEMES the only themes to run.
func TestConformance(t *testing.T) {
	files, named := caseFiles()
	cases := readFiles(t, files)
	s := &suite{strict: named}
	t.Run("cases", func(t *testing.T) {
		for theme, cases := range byTheme(cases) {
			t.Run(theme, func(t *testing.T) { s.theme(t, cases) })
		}
	})
	s.summarize(t)
}

func caseFiles() (files []string, named bool) {
	file := os.Getenv("CONFORMANCE_CASES")
	switch {
	case file == "":
		return testData, false
	case filepath.IsAbs(file):
		return []string{file}, true
	default:
		return []string{filepath.Join("..", "..", file)}, true
	}
}

func readFiles(t testing.TB, files []string) (all []Case) {
	t.Helper()
	for _, file := range files {
		cases, err := ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, cases...)
	}
	return all
}

// byTheme yields the wanted themes in the order of their first case.
func byTheme(cases []Case) func(yield func(string, []Case) bool) {
	var themes []string
	groups := make(map[string][]Case)
	for _, c := range cases {
		if wanted(c.Theme) && groups[c.Theme] == nil {
			themes = append(themes, c.Theme)
		}
		groups[c.Theme] = append(groups[c.Theme], c)
	}
	return func(yield func(string, []Case) bool) {
		for _, theme := range themes {
			if !yield(theme, groups[theme]) {
				return
			}
		}
	}
}

func wanted(theme string) bool {
	themes := os.Getenv("CONFORMANCE_THEMES")
	return themes == "" || slices.Contains(strings.Split(themes, ","), theme)
}

// A suite counts how the cases went.
type suite struct {
	strict bool // an unknown operation fails its case instead of skipping it

	mu              sync.Mutex
	passed, skipped int
	differ          []string
}

func (s *suite) theme(t *testing.T, cases []Case) {
	t.Parallel()
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) { s.run(t, c) })
	}
}

func (s *suite) run(t *testing.T, c Case) {
	guard := time.AfterFunc(hangs, func() { panic("conformance: " + c.ID + " does not end") })
	defer guard.Stop()
	p, err := ParseProgram(c.Program)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := runCaught(p)
	if _, unknown := errors.AsType[*UnimplementedError](err); unknown && !s.strict {
		s.count(&s.skipped)
		t.Skip(err)
	}
	diff := Diff(c.Trace, trace)
	if err == nil && diff == "" {
		s.count(&s.passed)
		return
	}
	s.fail(t, c.ID, fmt.Sprintf("%v\n%s\n%s", err, diff, listing(p)))
}

// runCaught makes an error of a panic, which would keep the other cases from
// being told.
func runCaught(p *Program) (trace []string, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return Run(p)
}

func (s *suite) count(n *int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*n++
}

// fail tells the whole story of the first few only.
func (s *suite) fail(t *testing.T, id, story string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.differ = append(s.differ, id)
	if len(s.differ) <= shown {
		t.Error(id + ": " + story)
	}
}

func (s *suite) summarize(t *testing.T) {
	t.Logf("%d cases agree, %d differ, %d skipped", s.passed, len(s.differ), s.skipped)
	if len(s.differ) > 0 {
		t.Errorf("these differ: %s", strings.Join(s.differ, " "))
	}
	if s.passed+len(s.differ)+s.skipped == 0 {
		t.Error("no cases")
	}
}

// listing shows a program, an operation a line.
func listing(p *Program) string {
	var b strings.Builder
	resources, _ := json.Marshal(p.Resources)
	fmt.Fprintf(&b, "resources %s\n", resources)
	for _, name := range slices.Sorted(maps.Keys(p.Coros)) {
		fmt.Fprintf(&b, "%s:\n", name)
		for _, o := range p.Coros[name] {
			line, _ := json.Marshal(o)
			fmt.Fprintf(&b, "    %s\n", line)
		}
	}
	return b.String()
}

package asynctest

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// update has its own name, for a test's package may have an -update of its own,
// which counts as well.
var update bool

// A program that has this package for its clock gets no flag of tests.
func init() {
	if testing.Testing() {
		flag.BoolVar(&update, "asynctest.update", false, "let asynctest.Golden write its files anew")
	}
}

// Golden fails the test if got is not what testdata holds under the test's
// name: testdata/TestName.golden. With the flag -asynctest.update, or -update
// where the test's package has such a flag, it writes the file instead. Commit
// one only if you can explain what is new in it.
func Golden(t testing.TB, got string) {
	t.Helper()
	name := filepath.Join("testdata", filepath.FromSlash(t.Name())+".golden")
	if updating() {
		write(t, name, got)
		return
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Errorf("asynctest: there is no %s: run the test with -asynctest.update to make it", name)
		return
	}
	if err != nil {
		t.Errorf("asynctest: %v", err)
		return
	}
	if d := firstDifference(string(data), got); d != "" {
		t.Errorf("asynctest: not as in %s:\n%s\nRun the test with -asynctest.update if that is as it should be.", name, d)
	}
}

func updating() bool {
	if update {
		return true
	}
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

func write(t testing.TB, name, got string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatalf("asynctest: %v", err)
	}
	if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
		t.Fatalf("asynctest: %v", err)
	}
}

// around is how many lines are shown before a difference.
const around = 3

// firstDifference shows where two texts differ first, or is "".
func firstDifference(want, got string) string {
	if want == got {
		return ""
	}
	w, g := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	n := 0
	for n < len(w) && n < len(g) && w[n] == g[n] {
		n++
	}
	var b strings.Builder
	show := func(sign string, lines []string) {
		for _, line := range lines[:min(around, len(lines))] {
			b.WriteString(sign + strings.TrimSuffix(line, "\n") + "\n")
		}
	}
	show("  ", w[max(0, n-around):n])
	show("- ", w[n:])
	show("+ ", g[n:])
	return b.String()
}

package peers

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// names returns the names of runners.
func names(runners []measure.Runner) []string {
	var all []string
	for _, r := range runners {
		all = append(all, r.Name)
	}
	return all
}

func TestRunnersAreThoseWithAProgram(t *testing.T) {
	require.Equal(t, []string{"cpython", "uvloop", "node", "node setImmediate", "tokio"}, names(Runners("yield", 2)))
	require.Equal(t, []string{"cpython", "node", "tokio"}, names(Runners("yield", 1_000_000)), "some stop at a size")
	require.Equal(t, []string{"cpython", "tokio"}, names(Runners("lock", 1)), "uvloop has a few only")
	require.Empty(t, Runners("nothing"))
}

func TestFindNamesTheToolsThatAreNeeded(t *testing.T) {
	tools, remove := Find([]measure.Workload{{Runners: []measure.Runner{{Name: "async"}}}}, "")
	defer remove()
	require.Empty(t, tools, "nothing is looked for")
}

func TestFindNamesWhatIsMissingAndWhy(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	tools, remove := Find([]measure.Workload{{Runners: Runners("yield", 2)}}, "")
	defer remove()
	require.Len(t, tools, 4)
	for _, tool := range tools {
		require.NotEmpty(t, tool.Missing, tool.Name)
		require.Empty(t, tool.Version, tool.Name)
	}
	require.Empty(t, Commands(tools))
}

func TestProgramsAreToldHowLongToMeasureAndTheirSizes(t *testing.T) {
	p := measure.Program{Args: []int{1000, 16}}
	require.Equal(t, []string{"0.05", "1000", "16"}, p.Arguments(50*time.Millisecond))
}

func TestAnInterpretersAnswerIsRead(t *testing.T) {
	p, err := parsePython("3 13 0 none /usr/bin/python3.13\n")
	require.NoError(t, err)
	require.Equal(t, interpreter{path: "/usr/bin/python3.13", version: [3]int{3, 13, 0}}, p)
	require.Equal(t, "CPython 3.13.0", p.String())
	p, err = parsePython("3 11 2 0.17.0 /usr/bin/python3\n")
	require.NoError(t, err)
	require.Equal(t, "0.17.0", p.uvloop)
	_, err = parsePython("Python 2.7.18")
	require.Error(t, err)
}

func TestTheVersionOfACrateIsRead(t *testing.T) {
	const lock = "[[package]]\nname = \"tokio\"\nversion = \"1.24.2\"\n\n[[package]]\nname = \"tokio-macros\"\nversion = \"1.7.0\"\n"
	require.Equal(t, "1.24.2", lockedVersion(lock, "tokio"))
	require.Equal(t, "of an unknown version", lockedVersion(lock, "mio"))
}

func TestTheReasonIsOneLine(t *testing.T) {
	require.Equal(t, "cargo build: it failed", reason(errors.New("cargo build: it failed\nat great length")))
}

// TestTokioKnowsEachOfItsPrograms compares the files with the names that the
// crate's main function knows.
func TestTokioKnowsEachOfItsPrograms(t *testing.T) {
	files, err := fs.Glob(sources, "tokio/src/*.rs")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	main := source("tokio/src/main.rs")
	for _, file := range files {
		if name := path.Base(file[:len(file)-len(".rs")]); name != "main" {
			require.Regexp(t, regexp.MustCompile(`"`+name+`" => (bench|measure)`), main)
		}
	}
}

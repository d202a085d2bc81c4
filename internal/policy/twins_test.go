package policy

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A twinRow is a row of the table of programs in docs/from-asyncio.md.
var twinRow = regexp.MustCompile(`(?m)^\| \[[^]]*\]\(\.\./(\S+\.go)\) \| \[twin\]\(\.\./(\S+\.py)\) \| (\d+) \| (\d+) \| ([\d.]+) \|$`)

// TestTheProgramsAreAboutAsShortAsTheirTwins counts what docs/from-asyncio.md
// says of each program, and holds it to 1.3 times the lines of its twin.
func TestTheProgramsAreAboutAsShortAsTheirTwins(t *testing.T) {
	document, err := os.ReadFile("docs/from-asyncio.md")
	require.NoError(t, err)
	rows := twinRow.FindAllStringSubmatch(string(document), -1)
	require.GreaterOrEqual(t, len(rows), 12)
	listed := map[string]bool{}
	for _, row := range rows {
		listed[row[2]] = true
		python, ours := countedLines(t, row[2], pythonUncounted), countedLines(t, row[1], goUncounted)
		ratio := float64(ours) / float64(python)
		require.Equal(t, []string{strconv.Itoa(python), strconv.Itoa(ours), fmt.Sprintf("%.2f", ratio)}, row[3:], row[1])
		require.LessOrEqual(t, ratio, 1.3, row[1])
	}
	programs, err := filepath.Glob("examples/twins/testdata/*.py")
	require.NoError(t, err)
	for _, program := range programs {
		if filepath.Base(program) != "virtual.py" {
			require.True(t, listed[program], "%s has no row", program)
		}
	}
}

// What does not count: blank lines, comments, imports, and lines of closing
// brackets; in Go also those that only hand an error on, and the return of
// none.
var (
	pythonUncounted = regexp.MustCompile(`^(|#.*|(import|from) .*|[\])},;]+)$`)
	goUncounted     = regexp.MustCompile(`^(|//.*|package .*|import \(|(_ )?"\S+"|[\])},;]+|if err != nil \{|return ((nil|0|""), )*(err|nil))$`)
)

func countedLines(t *testing.T, name string, uncounted *regexp.Regexp) (n int) {
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if !uncounted.MatchString(strings.TrimSpace(line)) {
			n++
		}
	}
	return n
}

package twins_test

import (
	"go/doc"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inRealTime are the twins that other threads take part in, whose time is not
// the loop's.
var inRealTime = map[string]bool{"server": true, "pipeline_explored": true}

// TestTwinsPrintTheSame compares the output that go test holds each example
// to with what its twin prints on CPython, in virtual time as well.
func TestTwinsPrintTheSame(t *testing.T) {
	if exec.Command("python3", "-c", "import asyncio; asyncio.Runner, asyncio.timeout").Run() != nil {
		t.Skip("there is no python3 of 3.11 or later")
	}
	programs, err := filepath.Glob("testdata/*.py")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(programs), 12)
	for _, program := range programs {
		name := strings.TrimSuffix(filepath.Base(program), ".py")
		if name == "virtual" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			args := []string{"testdata/virtual.py", program}
			if inRealTime[name] {
				args = args[1:]
			}
			out, err := exec.CommandContext(t.Context(), "python3", args...).Output()
			require.NoError(t, err)
			require.Equal(t, outputOf(t, name+"_test.go"), string(out))
		})
	}
}

// outputOf is the output of the example in a file, "" if it has none.
func outputOf(t *testing.T, name string) (output string) {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
	require.NoError(t, err)
	for _, example := range doc.Examples(file) {
		output += example.Output
	}
	return output
}

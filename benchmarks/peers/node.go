package peers

import (
	"os/exec"
	"strings"
	"time"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// findNode takes the node in PATH.
func (t *Tool) findNode() error {
	out, err := exec.Command("node", "--version").Output()
	if err != nil {
		return err
	}
	t.Version = "Node " + strings.TrimPrefix(strings.TrimSpace(string(out)), "v")
	t.command = func(program *measure.Program, benchtime time.Duration) *exec.Cmd {
		code := source("node/bench.js") + "\n" + source(program.File)
		return exec.Command("node", append([]string{"-e", code, "--"}, program.Arguments(benchtime)...)...)
	}
	return nil
}

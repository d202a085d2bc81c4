package measure

import (
	"os/exec"
	"strconv"
	"time"
)

// A Program is a runner in Python. It is told how many seconds to measure, then
// Args, and prints a [Sample] as JSON.
type Program struct {
	Source string
	Args   []int
}

// command returns the process that runs p, isolated from the folder it runs in.
func (p *Program) command(python string, d time.Duration) *exec.Cmd {
	args := []string{"-I", "-c", p.Source, strconv.FormatFloat(d.Seconds(), 'g', -1, 64)}
	for _, arg := range p.Args {
		args = append(args, strconv.Itoa(arg))
	}
	return exec.Command(python, args...)
}

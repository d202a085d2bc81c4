package measure

import (
	"os/exec"
	"strconv"
	"time"
)

// A Program is a runner in another language. It is told how many seconds to
// measure, then Args, and prints a [Sample] as JSON.
type Program struct {
	Tool string // what runs it
	Name string
	File string
	Args []int
}

// A Command returns the process that runs a program.
type Command func(p *Program, benchtime time.Duration) *exec.Cmd

// Arguments returns what p is told.
func (p *Program) Arguments(benchtime time.Duration) []string {
	args := []string{strconv.FormatFloat(benchtime.Seconds(), 'g', -1, 64)}
	for _, arg := range p.Args {
		args = append(args, strconv.Itoa(arg))
	}
	return args
}

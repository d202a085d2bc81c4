// Package peers holds the workloads' programs in other languages, and finds
// what runs them: CPython, uvloop, Node and tokio. What is not there is missing
// and named so.
package peers

import (
	"embed"
	"io/fs"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

//go:embed python/*.py node/*.js tokio/Cargo.toml tokio/src/*.rs
var sources embed.FS

// A language says which files are the programs of a runner.
type language struct {
	runner, tool   string
	folder, ending string
	most           int      // the largest size it is measured at; 0 means any
	only           []string // the programs it is measured with; nil means all
}

// languages are in the order of the table. An event loop of one's own is of no
// account where no loop is turned, so uvloop has few programs; a turn of
// Node's event loop takes half a minute with a million functions.
var languages = []language{
	{runner: "cpython", tool: "cpython", folder: "python", ending: ".py"},
	{
		runner: "uvloop", tool: "uvloop", folder: "python", ending: ".py", most: 100_000,
		only: []string{"yield", "spawn", "gather", "callsoon", "setresult", "submit", "tothread"},
	},
	{runner: "node", tool: "node", folder: "node", ending: ".js"},
	{runner: "node setImmediate", tool: "node", folder: "node", ending: "-immediate.js", most: 1000},
	{runner: "tokio", tool: "tokio", folder: "tokio/src", ending: ".rs"},
}

// Runners returns a runner for each language that a program is written in.
func Runners(name string, args ...int) []measure.Runner {
	var runners []measure.Runner
	for _, l := range languages {
		if l.has(name, args) {
			program := &measure.Program{Tool: l.tool, Name: name, File: l.file(name), Args: args}
			runners = append(runners, measure.Runner{Name: l.runner, Program: program})
		}
	}
	return runners
}

func (l *language) file(name string) string { return l.folder + "/" + name + l.ending }

// has reports whether there is such a program, to be measured at this size.
func (l *language) has(name string, args []int) bool {
	if l.only != nil && !slices.Contains(l.only, name) {
		return false
	}
	if l.most > 0 && len(args) > 0 && args[0] > l.most {
		return false
	}
	_, err := fs.Stat(sources, l.file(name))
	return err == nil
}

// A Tool runs programs of a language, or is missing.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Missing string `json:"missing,omitempty"` // why
	command measure.Command
}

// Command returns the process that runs a program, which has to be written for
// t.
func (t *Tool) Command(p *measure.Program, benchtime time.Duration) *exec.Cmd {
	return t.command(p, benchtime)
}

// Find finds the tools that the workloads' runners need. CPython is the one at
// the path python or, if that is empty, the newest. Call close when no tool is
// needed any more.
func Find(chosen []measure.Workload, python string) (found []Tool, close func()) {
	close = func() {}
	for _, name := range needed(chosen) {
		tool := Tool{Name: name}
		var err error
		switch name {
		case "cpython":
			err = tool.findPython(python)
		case "uvloop":
			err = tool.findUvloop()
		case "node":
			err = tool.findNode()
		case "tokio":
			close, err = tool.buildTokio()
		}
		if err != nil {
			tool = Tool{Name: name, Missing: reason(err)}
		}
		found = append(found, tool)
	}
	return found, close
}

// needed lists the tools of the workloads' runners, in the order of languages.
func needed(chosen []measure.Workload) []string {
	var names []string
	for _, l := range languages {
		uses := func(r measure.Runner) bool { return r.Program != nil && r.Program.Tool == l.tool }
		if !slices.Contains(names, l.tool) && slices.ContainsFunc(chosen, func(w measure.Workload) bool {
			return slices.ContainsFunc(w.Runners, uses)
		}) {
			names = append(names, l.tool)
		}
	}
	return names
}

// Commands returns what runs the programs of each tool that was found.
func Commands(found []Tool) map[string]measure.Command {
	commands := make(map[string]measure.Command)
	for _, t := range found {
		if t.Missing == "" {
			commands[t.Name] = t.command
		}
	}
	return commands
}

func source(file string) string {
	text, err := sources.ReadFile(file)
	if err != nil {
		panic(err) // an embedded file is there
	}
	return string(text)
}

// reason is the first line of an error.
func reason(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

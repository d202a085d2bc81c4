package peers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// An interpreter is a CPython: where it is, and which.
type interpreter struct {
	path    string
	version [3]int
	uvloop  string // its version, "" if there is none
}

// question asks an interpreter what it is: the one at a path may be a script
// that only starts another.
const question = `
import sys
assert sys.implementation.name == "cpython"
try:
    from uvloop import __version__ as uvloop
except ImportError:
    uvloop = "none"
print(*sys.version_info[:3], uvloop, sys.executable)
`

func askPython(path string) (interpreter, error) {
	out, err := exec.Command(path, "-c", question).Output()
	if err != nil {
		return interpreter{}, fmt.Errorf("%s: %w", path, err)
	}
	return parsePython(string(out))
}

func parsePython(answer string) (interpreter, error) {
	var p interpreter
	v := &p.version
	if _, err := fmt.Sscanf(answer, "%d %d %d %s %s", &v[0], &v[1], &v[2], &p.uvloop, &p.path); err != nil {
		return interpreter{}, fmt.Errorf("an interpreter says %q: %w", answer, err)
	}
	if p.uvloop == "none" {
		p.uvloop = ""
	}
	return p, nil
}

func (p *interpreter) String() string {
	return fmt.Sprintf("CPython %d.%d.%d", p.version[0], p.version[1], p.version[2])
}

// newest returns the newest CPython in the folders of PATH and among pyenv's
// versions that suits.
func newest(suits func(p interpreter) bool) (interpreter, bool) {
	var best interpreter
	for _, path := range pythonPaths() {
		p, err := askPython(path)
		if err == nil && suits(p) && slices.Compare(p.version[:], best.version[:]) > 0 {
			best = p
		}
	}
	return best, best.path != ""
}

// pythonPaths lists where an interpreter may be.
func pythonPaths() []string {
	folders := filepath.SplitList(os.Getenv("PATH"))
	if home, err := os.UserHomeDir(); err == nil {
		folders = append(folders, filepath.Join(home, ".pyenv", "versions", "*", "bin"))
	}
	var paths []string
	for _, folder := range folders {
		for _, name := range []string{"python3", "python3.[0-9]", "python3.[0-9][0-9]"} {
			found, _ := filepath.Glob(filepath.Join(folder, name)) // a folder that is no pattern holds none
			paths = append(paths, found...)
		}
	}
	return paths
}

// Python returns where the newest CPython is. It looks once.
var Python = sync.OnceValues(func() (path string, err error) {
	p, ok := newest(func(interpreter) bool { return true })
	if !ok {
		return "", errors.New("no python3 was found")
	}
	return p.path, nil
})

// Uvloop returns where the newest CPython is that has uvloop. It looks once.
var Uvloop = sync.OnceValues(func() (path string, err error) {
	p, ok := newest(func(p interpreter) bool { return p.uvloop != "" })
	if !ok {
		return "", errors.New("no python3 has a module uvloop")
	}
	return p.path, nil
})

// findPython takes the interpreter at path or, if path is empty, the newest.
func (t *Tool) findPython(path string) error {
	if path != "" {
		p, err := askPython(path)
		t.Version, t.command = p.String(), p.command("")
		return err
	}
	p, ok := newest(func(interpreter) bool { return true })
	if !ok {
		return errors.New("no python3 was found")
	}
	t.Version, t.command = p.String(), p.command("")
	return nil
}

// findUvloop takes the newest interpreter that has uvloop.
func (t *Tool) findUvloop() error {
	p, ok := newest(func(p interpreter) bool { return p.uvloop != "" })
	if !ok {
		return errors.New("no python3 has a module uvloop")
	}
	t.Version = fmt.Sprintf("uvloop %s on %v", p.uvloop, &p)
	t.command = p.command("import uvloop\nuvloop.install()\n")
	return nil
}

// command returns what runs a program, after first, isolated from the folder it
// runs in.
func (p *interpreter) command(first string) measure.Command {
	return func(program *measure.Program, benchtime time.Duration) *exec.Cmd {
		code := strings.Join([]string{first, source("python/bench.py"), source(program.File)}, "\n")
		return exec.Command(p.path, append([]string{"-I", "-c", code}, program.Arguments(benchtime)...)...)
	}
}

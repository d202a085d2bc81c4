package measure

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// A Python is an interpreter: where it is, and which.
type Python struct {
	Path    string
	Version string
	number  [3]int
}

// FindPython returns the interpreter at path or, if path is empty, the newest
// CPython in the folders of PATH and among pyenv's versions.
func FindPython(path string) (Python, error) {
	if path != "" {
		return askPython(path)
	}
	var newest Python
	for _, path := range pythonPaths() {
		if p, err := askPython(path); err == nil && p.newerThan(newest) {
			newest = p
		}
	}
	if newest.Path == "" {
		return Python{}, errors.New("no python3 found")
	}
	return newest, nil
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

// askPython asks an interpreter what it is: the one at path may be a script
// that only starts another.
func askPython(path string) (Python, error) {
	const question = `import sys; assert sys.implementation.name == "cpython"; print(*sys.version_info[:3], sys.executable)`
	out, err := exec.Command(path, "-c", question).Output()
	if err != nil {
		return Python{}, fmt.Errorf("%s: %w", path, err)
	}
	var p Python
	n := &p.number
	if _, err := fmt.Sscanf(string(out), "%d %d %d %s", &n[0], &n[1], &n[2], &p.Path); err != nil {
		return Python{}, fmt.Errorf("%s: %w", path, err)
	}
	p.Version = fmt.Sprintf("%d.%d.%d", n[0], n[1], n[2])
	return p, nil
}

// newerThan compares versions.
func (p Python) newerThan(other Python) bool {
	for i := range p.number {
		if p.number[i] != other.number[i] {
			return p.number[i] > other.number[i]
		}
	}
	return false
}

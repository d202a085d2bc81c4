package servers

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/gobaton/async/benchmarks/peers"
)

// Their sources, in other languages.
var (
	//go:embed programs/echo.c
	sourceC string
	//go:embed programs/echo.py
	sourcePython string
	//go:embed programs/echo.js
	sourceNode string
)

// built is the folder of what was built.
var built string

// buildC builds the server with gcc, once.
var buildC = sync.OnceValues(func() (program string, err error) {
	if built, err = os.MkdirTemp("", "echo"); err != nil {
		return "", err
	}
	source, program := filepath.Join(built, "echo.c"), filepath.Join(built, "echo")
	if err := os.WriteFile(source, []byte(sourceC), 0o600); err != nil {
		return "", err
	}
	return program, exec.Command("gcc", "-O2", "-o", program, source).Run()
})

// Remove removes what was built to run servers. A program calls it last.
func Remove() {
	if built != "" {
		_ = os.RemoveAll(built)
	}
}

func commandC(size int) (*exec.Cmd, error) {
	program, err := buildC()
	return exec.Command(program, strconv.Itoa(size)), err
}

func python(kind string) func(size int) (*exec.Cmd, error) {
	return func(size int) (*exec.Cmd, error) {
		path, err := peers.Python()
		if err != nil {
			return nil, err
		}
		return exec.Command(path, "-I", "-c", sourcePython, kind, strconv.Itoa(size)), nil
	}
}

func uvloop(kind string) func(size int) (*exec.Cmd, error) {
	return func(size int) (*exec.Cmd, error) {
		path, err := peers.Uvloop()
		if err != nil {
			return nil, err
		}
		code := "import uvloop\nuvloop.install()\n" + sourcePython
		return exec.Command(path, "-I", "-c", code, kind, strconv.Itoa(size)), nil
	}
}

func commandNode(int) (*exec.Cmd, error) {
	path, err := exec.LookPath("node")
	if err != nil {
		return nil, err
	}
	return exec.Command(path, "-e", sourceNode), nil
}

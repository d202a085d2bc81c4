package main

import (
	_ "embed"
	"os"
	"os/exec"
	"strconv"
)

//go:embed client.py
var clientPy string

//go:embed server.py
var serverPy string

// findPython returns a python3 that has aiohttp, or nothing.
func findPython(given string) string {
	for _, name := range []string{given, "python3", "/usr/bin/python3"} {
		if name != "" && exec.Command(name, "-c", "import aiohttp").Run() == nil {
			return name
		}
	}
	return ""
}

func pythonCommand(side string) *exec.Cmd {
	program := serverPy
	if side == "client" {
		program = clientPy
	}
	cmd := exec.Command(*python, "-c", program, *addr, strconv.Itoa(*requests), strconv.Itoa(*conns))
	cmd.Env = append(os.Environ(), "PYTHONWARNINGS=ignore")
	return cmd
}

//go:build !unix

package subprocess

import (
	"errors"
	"os"
	"os/exec"
)

// terminate is the signal that asks a process to end: there is none here.
var terminate = os.Kill

func setGroup(*exec.Cmd) error { return errors.ErrUnsupported }

func signalGroup(int, os.Signal) error { return errors.ErrUnsupported }

func groupLives(int) bool { return false }

func exitCode(s *os.ProcessState) int { return s.ExitCode() }

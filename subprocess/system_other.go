//go:build !unix && !windows

package subprocess

import (
	"os"
	"os/exec"
	"syscall"
)

// signalProcess sends a signal to a process.
func signalProcess(process *os.Process, s os.Signal) error { return process.Signal(s) }

func exitCode(s *os.ProcessState) int { return s.ExitCode() }

// group is a process group, which the system does not have.
type group struct{}

func (group) prepare(*exec.Cmd) error     { return errors.ErrUnsupported }
func (group) adopt(*os.Process) error     { return nil }
func (group) signal(int, os.Signal) error { return errors.ErrUnsupported }
func (group) lives(int) bool              { return false }

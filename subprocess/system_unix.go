//go:build unix

package subprocess

import (
	"os"
	"os/exec"
	"syscall"
)

// signalProcess sends a signal to a process.
func signalProcess(process *os.Process, s os.Signal) error { return process.Signal(s) }

// exitCode returns asyncio's returncode: the negative number of the signal that
// has ended a process.
func exitCode(s *os.ProcessState) int {
	if status, ok := s.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return -int(status.Signal())
	}
	return s.ExitCode()
}

// group is a process group, of which a process is the first. Its number, that
// of the process, is not given to others while anything of the group is left.
type group struct{}

// prepare lets a process be the first of a group.
func (group) prepare(cmd *exec.Cmd) error {
	attr := new(syscall.SysProcAttr)
	if cmd.SysProcAttr != nil {
		*attr = *cmd.SysProcAttr
	}
	attr.Setpgid = true
	cmd.SysProcAttr = attr
	return nil
}

// adopt does nothing: the process was started in its group.
func (group) adopt(*os.Process) error { return nil }

// signal sends a signal to all of the group.
func (group) signal(pid int, s os.Signal) error {
	number, ok := s.(syscall.Signal)
	if !ok {
		return os.ErrInvalid
	}
	err := syscall.Kill(-pid, number)
	if err == syscall.ESRCH {
		return os.ErrProcessDone
	}
	return os.NewSyscallError("kill", err)
}

// lives reports whether anything of the group is left.
func (group) lives(pid int) bool { return syscall.Kill(-pid, 0) != syscall.ESRCH }

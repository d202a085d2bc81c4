//go:build unix

package subprocess

import (
	"os"
	"os/exec"
	"syscall"
)

// terminate is the signal that asks a process to end.
var terminate os.Signal = syscall.SIGTERM

// setGroup lets a process be the first of a group.
func setGroup(cmd *exec.Cmd) error {
	attr := new(syscall.SysProcAttr)
	if cmd.SysProcAttr != nil {
		*attr = *cmd.SysProcAttr
	}
	attr.Setpgid = true
	cmd.SysProcAttr = attr
	return nil
}

// signalGroup sends a signal to the process group of a process. Its number is
// not given to others while anything of the group is left.
func signalGroup(pid int, s os.Signal) error {
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

// groupLives reports whether anything of the group is left.
func groupLives(pid int) bool { return syscall.Kill(-pid, 0) != syscall.ESRCH }

// exitCode returns asyncio's returncode: the negative number of the signal that
// has ended a process.
func exitCode(s *os.ProcessState) int {
	if status, ok := s.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return -int(status.Signal())
	}
	return s.ExitCode()
}

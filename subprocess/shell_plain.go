//go:build !windows

package subprocess

import (
	"os/exec"
	"syscall"
)

// shell returns the command that runs a line.
func shell(line string) *exec.Cmd { return exec.Command("/bin/sh", "-c", line) }

// setAttr sets what else the system can do.
func setAttr(cmd *exec.Cmd, attr *syscall.SysProcAttr) { cmd.SysProcAttr = attr }

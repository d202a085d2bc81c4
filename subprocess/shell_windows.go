package subprocess

import (
	"os"
	"os/exec"
	"syscall"
)

// shell returns the command that runs a line, which cmd.exe takes as it is.
func shell(line string) *exec.Cmd {
	name := os.Getenv("COMSPEC")
	if name == "" {
		name = "cmd.exe"
	}
	cmd := exec.Command(name)
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `/c "` + line + `"`}
	return cmd
}

// setAttr sets what else the system can do, and keeps the line.
func setAttr(cmd *exec.Cmd, attr *syscall.SysProcAttr) {
	both := *attr
	if cmd.SysProcAttr != nil && both.CmdLine == "" {
		both.CmdLine = cmd.SysProcAttr.CmdLine
	}
	cmd.SysProcAttr = &both
}

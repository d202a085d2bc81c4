//go:build unix

package procpool

import (
	"io"
	"os"
	"os/exec"
	"syscall"
)

// repliesFD is the descriptor that a worker writes its replies to. It is none
// of the standard ones, to which anything in the process, C code or a child of
// its own, may write.
const repliesFD = 3

// connect gives a worker that is to be started its descriptors.
func connect(cmd *exec.Cmd, requests, replies *os.File, printer io.Writer) {
	cmd.Stdin, cmd.Stdout, cmd.Stderr = requests, printer, printer
	cmd.ExtraFiles = []*os.File{replies}
}

// connection returns those descriptors in the worker. What the worker starts
// does not inherit them.
func connection() (requests, replies *os.File) {
	syscall.CloseOnExec(repliesFD)
	return os.Stdin, os.NewFile(repliesFD, "replies")
}

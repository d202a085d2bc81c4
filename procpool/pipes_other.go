//go:build !unix

package procpool

import (
	"io"
	"os"
	"os/exec"
)

// connect gives a worker that is to be started its descriptors. There are only
// the standard ones here, so that what C code writes to its output disturbs the
// replies.
func connect(cmd *exec.Cmd, requests, replies *os.File, printer io.Writer) {
	cmd.Stdin, cmd.Stdout, cmd.Stderr = requests, replies, printer
}

// connection returns those descriptors in the worker.
func connection() (requests, replies *os.File) {
	requests, replies = os.Stdin, os.Stdout
	os.Stdout = os.Stderr
	return requests, replies
}

//go:build unix

package async

import (
	"os"
	"syscall"
)

// isCatchable reports whether a process can handle sig.
func isCatchable(sig os.Signal) bool { return sig != syscall.SIGKILL && sig != syscall.SIGSTOP }

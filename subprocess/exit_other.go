//go:build !linux

package subprocess

import (
	"os"

	"github.com/gobaton/async"
)

// watchExit lets ended be notified when a process can be waited for.
func watchExit(_ *async.Loop, process *os.Process, ended *async.Notifier) func() (*os.ProcessState, error) {
	return waitForExit(process, ended)
}

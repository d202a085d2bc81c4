package subprocess

import (
	"os"

	"github.com/gobaton/async"
)

// waitForExit waits in a goroutine, notifies ended, and then has the outcome.
func waitForExit(process *os.Process, ended *async.Notifier) func() (*os.ProcessState, error) {
	var state *os.ProcessState
	var err error
	go func() {
		state, err = process.Wait()
		ended.Notify()
	}()
	return func() (*os.ProcessState, error) { return state, err }
}

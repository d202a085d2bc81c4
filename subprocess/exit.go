package subprocess

import (
	"os"

	"github.com/gobaton/async"
)

// exitWatch waits for a process of which it is known that it has ended, so that
// it is no zombie any more.
type exitWatch func() (*os.ProcessState, error)

// waitForExit waits in a goroutine, and notifies ended.
func waitForExit(process *os.Process, ended *async.Notifier) exitWatch {
	var state *os.ProcessState
	var err error
	go func() {
		state, err = process.Wait()
		ended.Notify()
	}()
	return func() (*os.ProcessState, error) { return state, err }
}

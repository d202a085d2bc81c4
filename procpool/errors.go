package procpool

import (
	"errors"
	"fmt"
)

var (
	// ErrTooLarge is the error of a call whose argument or result has more
	// bytes than Pool.MaxMessage.
	ErrTooLarge = errors.New("procpool: too large")

	// ErrNotAWorker is the error of a call for which no worker came up: the
	// process that was started did not call Main, or ended before.
	ErrNotAWorker = errors.New("procpool: the process that was started is no worker: call procpool.Main first thing in main, and in TestMain")

	// ErrKilled is the error of a call after the pool's workers were
	// killed.
	ErrKilled = errors.New("procpool: the pool's workers were killed")
)

// A CrashError is the error of a call whose worker ended, or was killed, before
// it had replied. How far the function had come, nobody knows.
type CrashError struct {
	Func string // the name of the function
	PID  int    // of the worker
	Err  error  // how it ended: an *exec.ExitError, or what its reply was broken by
}

// Error tells all of it.
func (e *CrashError) Error() string {
	return fmt.Sprintf("procpool: worker %d ended while it ran %q: %v", e.PID, e.Func, e.Err)
}

// Unwrap gives Err.
func (e *CrashError) Unwrap() error { return e.Err }

package sched

import (
	"context"
	"errors"
)

// The errors of the core, re-exported by package async, where they are
// documented.
var (
	ErrInvalidState = errors.New("async: invalid state")
	ErrDeadlock     = errors.New("async: deadlock")
	ErrGoexit       = errors.New("async: runtime.Goexit was called in a task")
	ErrClosed       = errors.New("async: the loop is closed")
	ErrTimeout      = error(timeoutError{})

	ErrExecutorShutDown = errors.New("async: the executor is shut down")
)

// timeoutError is the type of ErrTimeout, a net.Error by its methods.
type timeoutError struct{}

func (timeoutError) Error() string        { return "async: timed out" }
func (timeoutError) Timeout() bool        { return true }
func (timeoutError) Temporary() bool      { return true }
func (timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// A CanceledError is what an await returns to a task that was asked to stop.
type CanceledError struct {
	// Cause is why, or nil if nobody said.
	Cause error
}

// Error says that the task was canceled, and why.
func (e *CanceledError) Error() string {
	if e.Cause == nil {
		return "async: canceled"
	}
	return "async: canceled: " + e.Cause.Error()
}

// Unwrap gives context.Canceled and the cause, unless that is a timeout: what
// was canceled because others ran out of time must not be taken for having run
// out of its own.
func (e *CanceledError) Unwrap() []error {
	if e.Cause == nil || errors.Is(e.Cause, context.DeadlineExceeded) {
		return []error{context.Canceled}
	}
	return []error{context.Canceled, e.Cause}
}

// IsCanceled reports whether err is, or wraps, a CanceledError.
func IsCanceled(err error) bool {
	if err == nil {
		return false
	}
	if _, ok := err.(*CanceledError); ok {
		return true
	}
	var c *CanceledError
	return errors.As(err, &c)
}

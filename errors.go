package async

import (
	"errors"

	"github.com/gobaton/async/internal/sched"
)

var (
	// ErrInvalidState is returned for the result of what is not done, and
	// for setting a result twice; asyncio.InvalidStateError.
	ErrInvalidState = sched.ErrInvalidState

	// ErrTimeout is returned by what ran out of time; asyncio.TimeoutError.
	// It is [context.DeadlineExceeded] for errors.Is, and a net.Error whose
	// Timeout is true.
	ErrTimeout = sched.ErrTimeout

	// ErrDeadlock is returned by [Run] when nothing can ever wake the tasks
	// that are left. The error's text names each of them, and what it waits
	// for.
	ErrDeadlock = sched.ErrDeadlock

	// ErrGoexit is the error of a task that called [runtime.Goexit].
	ErrGoexit = sched.ErrGoexit

	// ErrClosed is returned for what was handed to a loop that has ended,
	// or through a [Portal] that was closed.
	ErrClosed = sched.ErrClosed

	// ErrStopped is returned by [Runner.Run] if [Loop.Stop] has ended it
	// before main had ended.
	ErrStopped = errors.New("async: the loop was stopped before main had ended")

	// ErrExecutorShutDown is returned for functions that an [Executor]
	// takes no more, and is the cause of the cancellation of those that
	// were queued in a [ThreadPool] at its ShutdownNow.
	ErrExecutorShutDown = sched.ErrExecutorShutDown

	// ErrInterrupted is the cause of a cancellation by SIGINT; asyncio's
	// KeyboardInterrupt. See [Runner].
	ErrInterrupted = errors.New("async: interrupted")
)

// A CanceledError is what an await returns to a task that was asked to stop;
// asyncio.CancelledError. It is [context.Canceled], and its cause, for
// errors.Is, but never a timeout, even if one was the cause.
//
// A task that ends with a CanceledError, wrapped or not, counts as canceled,
// not as failed.
//
//	type CanceledError struct {
//		Cause error // why, or nil if nobody said
//	}
//
//	func (e *CanceledError) Error() string
//	func (e *CanceledError) Unwrap() []error
type CanceledError = sched.CanceledError

// A PanicError is the error of a task that panicked. Awaiting the task panics
// with it. Its Error gives the value, and the stack from where it panicked; it
// unwraps to the value, if that is an error.
//
//	type PanicError struct {
//		Task  string // the task's name
//		Value any    // what it panicked with
//		Stack []byte // where, as runtime/debug.Stack prints it
//	}
//
//	func (e *PanicError) Error() string
//	func (e *PanicError) Unwrap() error
//	func (e *PanicError) Frames() []string
type PanicError = sched.PanicError

// An ErrorEvent is something that went wrong and that no return value tells: an
// error that nobody retrieved, a panic, in debug mode a step that is too slow.
// [Runner.OnError] receives it.
//
//	type ErrorEvent struct {
//		Message string // what happened
//		Task    string // the name of the task it happened in, if any
//		Err     error  // nil: the message says it all
//		Started string // where that task was started, as file.go:12; known in debug mode
//		Held    time.Duration // by a step that holds the baton for too long, so far
//		Stack   []byte // of that step: for each call a line, and one for its place
//	}
type ErrorEvent = sched.Event

// A DeadlockError is the [ErrDeadlock] that Run returns.
//
//	type DeadlockError struct {
//		Tasks  []string // what each of them is, and waits for
//		Cycles []string // tasks that wait for each other, among them
//	}
//
//	func (e *DeadlockError) Error() string
//	func (e *DeadlockError) Is(target error) bool
type DeadlockError = sched.DeadlockError

// IsCanceled reports whether err is, or wraps, a [*CanceledError].
func IsCanceled(err error) bool { return sched.IsCanceled(err) }

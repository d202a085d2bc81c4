package async

import (
	"errors"

	"github.com/gobaton/async/internal/sched"
)

var (
	// ErrInvalidState is returned for the result of what is not done, and for setting a result twice;
	// asyncio.InvalidStateError.
	ErrInvalidState = sched.ErrInvalidState

	// ErrTimeout is returned by what ran out of time; asyncio.TimeoutError. It is [context.DeadlineExceeded] for
	// errors.Is, and a net.Error whose Timeout is true.
	ErrTimeout = sched.ErrTimeout

	// ErrDeadlock is returned by [Run] when nothing can ever wake the tasks that are left. The error's text
	// names each of them, and what it waits for.
	ErrDeadlock = sched.ErrDeadlock

	// ErrGoexit is the error of a task that called [runtime.Goexit].
	ErrGoexit = sched.ErrGoexit

	// ErrClosed is returned for what was handed to a loop that has ended, or through a [Portal] that was closed.
	ErrClosed = sched.ErrClosed

	// ErrStopped is returned by [Runner.Run] if [Loop.Stop] has ended it before main had ended.
	ErrStopped = errors.New("async: the loop was stopped before main had ended")

	// ErrExecutorShutDown is returned for functions that an [Executor] takes no more, and is the cause of the
	// cancellation of those that were queued in a [ThreadPool] at its ShutdownNow.
	ErrExecutorShutDown = sched.ErrExecutorShutDown

	// ErrInterrupted is the cause of a cancellation by SIGINT; asyncio's KeyboardInterrupt. See [Runner].
	ErrInterrupted = errors.New("async: interrupted")
)

// A CanceledError is what an await returns to a task that was asked to stop; asyncio.CancelledError. It is
// [context.Canceled], and its cause, for errors.Is, but never a timeout, even if one was the cause.
//
// A task that ends with a CanceledError, wrapped or not, counts as canceled, not as failed.
type CanceledError = sched.CanceledError

// A PanicError is the error of a task that panicked: its name, the value and the stack. Awaiting the task panics with
// it.
type PanicError = sched.PanicError

// An ErrorEvent is something that went wrong and that nobody else will tell: an error that nobody retrieved,
// or a panic. See [Runner.OnError].
type ErrorEvent = sched.Event

// IsCanceled reports whether err is, or wraps, a [*CanceledError].
func IsCanceled(err error) bool { return sched.IsCanceled(err) }

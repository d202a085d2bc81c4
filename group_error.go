package async

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gobaton/async/internal/sched"
)

// ErrGroupClosed is the error of a task that was given to a [TaskGroup] that
// takes no more: it is being canceled, or all its tasks have ended with its
// body. The task never runs.
var ErrGroupClosed = errors.New("async: the task group takes no more tasks")

// ErrNeverReady is returned by [TaskGroup.Start] when the task ended well
// without having called ready.
var ErrNeverReady = errors.New("async: the task ended without calling ready")

// A GroupError is the errors of a task group, in the order they came, the
// body's last; Python's ExceptionGroup.
type GroupError struct {
	Errors []error // at least one
}

// Error tells all errors.
func (e *GroupError) Error() string {
	if len(e.Errors) == 1 {
		return "async: task group: " + e.Errors[0].Error()
	}
	all := make([]string, len(e.Errors))
	for i, err := range e.Errors {
		all[i] = err.Error()
	}
	return fmt.Sprintf("async: task group, %d errors: %s", len(all), strings.Join(all, "; "))
}

// Unwrap gives the errors.
func (e *GroupError) Unwrap() []error { return e.Errors }

// reportErrors tells the loop's error handler of errors that Do does not
// return, for a panic goes on in their place. Panics were reported when they
// happened.
func (tg *TaskGroup) reportErrors() {
	for _, err := range tg.errs {
		if _, panicked := err.(*PanicError); !panicked {
			tg.scope.Task().Loop().Report(sched.Event{Message: "error in a task group that a panic ended", Err: err})
		}
	}
}

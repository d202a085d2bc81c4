package async

import (
	"errors"
	"fmt"
	"strings"
)

// ErrGroupClosed is the error of a task that was given to a [TaskGroup] that takes no more: it is being canceled, or all its tasks
// have ended with its body. The task never runs.
var ErrGroupClosed = errors.New("async: the task group takes no more tasks")

// A GroupError is the errors of a task group, in the order they came, the body's last; Python's ExceptionGroup.
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

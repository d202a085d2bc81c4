package async

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/gobaton/async/internal/sched"
)

// attributes returns what is known of an event, for a logger.
func attributes(e *ErrorEvent) []any {
	var all []any
	add := func(name string, value any, known bool) {
		if known {
			all = append(all, name, value)
		}
	}
	add("task", e.Task, e.Task != "")
	add("started", e.Started, e.Started != "")
	add("held", e.Held, e.Held > 0)
	all = append(all, errorAttributes(e.Err)...)
	add("at", logged{sched.Frames(e.Stack), " < "}, e.Stack != nil)
	return all
}

// errorAttributes returns an error as attributes. The Error of some is of many
// lines, which a log would write as one, with all line ends escaped.
func errorAttributes(err error) []any {
	var panicked *PanicError
	var deadlock *DeadlockError
	var hang *HangError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &panicked):
		return []any{"error", fmt.Sprintf("panic in %s: %v", panicked.Task, panicked.Value), "at", logged{panicked.Frames(), " < "}}
	case errors.As(err, &deadlock):
		return []any{"error", ErrDeadlock.Error(), "tasks", logged{deadlock.Tasks, "; "}}
	case errors.As(err, &hang):
		return []any{"error", "tasks were canceled and go on", "tasks", logged{hang.Tasks, "; "}}
	}
	return []any{"error", err}
}

// logged is a list as the value of an attribute: an array in JSON, in text one
// value after another.
type logged struct {
	values    []string
	separator string
}

// MarshalText is called by slog's text handler.
func (l logged) MarshalText() ([]byte, error) {
	return []byte(strings.Join(l.values, l.separator)), nil
}

// MarshalJSON is called by slog's JSON handler.
func (l logged) MarshalJSON() ([]byte, error) { return json.Marshal(l.values) }

// String is called by handlers that know neither.
func (l logged) String() string { return strings.Join(l.values, l.separator) }

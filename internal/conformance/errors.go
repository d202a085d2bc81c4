package conformance

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// An UnimplementedError says that a program has an operation that nobody here
// knows.
type UnimplementedError struct {
	Op string // its name
}

// Error names the operation.
func (e *UnimplementedError) Error() string { return "conformance: no operation " + e.Op }

// An appError is what the operations raise and set_error make.
type appError int

func (e appError) Error() string { return fmt.Sprintf("App(%d)", int(e)) }

// A misuseError is a panic of the library, which asyncio has as a RuntimeError
// or ValueError.
type misuseError struct{ text string }

func (e *misuseError) Error() string { return e.text }

// asMisuse takes what recover returned and panics again with what is not the
// library's complaint.
func asMisuse(v any) error {
	if v == nil {
		return nil
	}
	text := fmt.Sprint(v)
	if strings.HasPrefix(text, "async: ") || strings.HasPrefix(text, "primitives: ") || strings.HasPrefix(text, "streams: ") {
		return &misuseError{text}
	}
	panic(v)
}

// A namedError is an error value and what the trace calls it.
type namedError struct {
	err  error
	name string
}

// errorName returns what the trace writes for err. A cancellation comes first,
// whatever caused it; a group before what is in it.
func (m *machine) errorName(err error) string {
	if async.IsCanceled(err) {
		return "Cancelled"
	}
	if group, ok := errors.AsType[*async.GroupError](err); ok {
		return m.groupName(group)
	}
	if app, ok := errors.AsType[appError](err); ok {
		return app.Error()
	}
	if _, ok := errors.AsType[*misuseError](err); ok {
		return "Misuse"
	}
	if text, ok := readErrorName(err); ok {
		return text
	}
	return m.valueName(err)
}

// readErrorName returns what the trace writes for the errors of reads, which
// tell of bytes.
func readErrorName(err error) (text string, ok bool) {
	if short, ok := errors.AsType[*streams.IncompleteReadError](err); ok {
		return "Incomplete(" + bytesText(short.Partial) + ")", true
	}
	if limit, ok := errors.AsType[*streams.LimitError](err); ok {
		return fmt.Sprintf("LimitOverrun(%d)", limit.Consumed), true
	}
	return "", false
}

// panicName returns what the trace writes for an error that may be a panic's.
func (m *machine) panicName(err error) string {
	if panicked, ok := errors.AsType[*async.PanicError](err); ok {
		return m.text(panicked.Value)
	}
	return m.errorName(err)
}

func (m *machine) groupName(group *async.GroupError) string {
	names := make([]string, len(group.Errors))
	for i, err := range group.Errors {
		names[i] = m.errorName(err)
	}
	return "Group[" + strings.Join(names, ",") + "]"
}

func (m *machine) valueName(err error) string {
	for _, named := range m.errors {
		if errors.Is(err, named.err) {
			return named.name
		}
	}
	return "?" + err.Error()
}

// catches has, for each word that a try may catch, the beginning of the names
// that it means.
var catches = map[string]string{
	"cancelled": "Cancelled",
	"timeout":   "Timeout",
	"app":       "App(",
	"misuse":    "Misuse",
	"group":     "Group[",
	"shutdown":  "QueueShutDown",
	"any":       "",
}

func (t Try) catches(name string) bool {
	if t.Catch == nil {
		return false
	}
	prefix, ok := catches[*t.Catch]
	return ok && strings.HasPrefix(name, prefix)
}

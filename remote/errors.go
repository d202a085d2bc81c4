package remote

import (
	"context"
	"errors"
	"fmt"
)

var (
	// ErrUnknown is the error of a call where no function of that name is
	// registered.
	ErrUnknown = errors.New("remote: no such function")

	// ErrTypes is the error of a call where a function of that name has
	// other types.
	ErrTypes = errors.New("remote: not the same types")

	// ErrEncoding is the error of a call whose argument or result
	// encoding/gob cannot take.
	ErrEncoding = errors.New("remote: cannot be sent")
)

// sentinels are the errors that keep their identity on the way. An earlier one
// goes before a later one.
var sentinels = [...]error{
	erred:    errNone,
	canceled: context.Canceled,
	timedOut: context.DeadlineExceeded,
	unknown:  ErrUnknown,
	mistyped: ErrTypes,
	unsent:   ErrEncoding,
}

var errNone = errors.New("remote: an error")

// An Error is the error of a function that ran elsewhere. Its text is that of
// the function's error, of which nothing else is left, but that it is
// context.Canceled, context.DeadlineExceeded or an error of this package where
// that was so.
type Error struct {
	Func string // the name of the function
	Text string // of the function's error
	is   error
}

// Error returns the text of the function's error.
func (e *Error) Error() string { return e.Text }

// Is reports whether target is the known error that e was.
func (e *Error) Is(target error) bool { return e.is != nil && target == e.is }

// A Panic is the value a call panics with when the function panicked elsewhere.
type Panic struct {
	Func  string // the name of the function
	Text  string // the value it panicked with, as text
	Stack []byte // where, as runtime/debug.Stack prints it
}

// Error gives the text and the stack.
func (p *Panic) Error() string {
	return fmt.Sprintf("panic in %q, elsewhere: %s\n\n%s", p.Func, p.Text, p.Stack)
}

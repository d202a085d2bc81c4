package remote

import (
	"context"
	"runtime"
)

// A Carrier brings calls to where their functions run, and the replies back.
type Carrier interface {
	// Carry blocks until the reply is there. When ctx is done the far end's
	// ctx is to be done too, and the reply is awaited all the same, for as
	// long as the carrier likes. An error is the carrier's own: the call
	// was not made, or it is not known what became of it.
	Carry(ctx context.Context, call Call) (Reply, error)
}

// A Call is a function's name and its encoded argument.
type Call struct {
	Func  string // the name
	Types string // the types by which the caller knows the function
	Args  []byte // the argument, encoded
}

// A Reply carries the return of a function: a result, or a failure. It can be
// encoded by encoding/gob.
type Reply struct {
	Result  []byte   // encoded
	Failure *Failure // nil: there is a result
}

// A Failure is how a function ended without a result.
type Failure struct {
	Kind  Kind   // in which way
	Text  string // of the error, or of the value that the function panicked with
	Stack []byte // of a panic
}

// A Kind says in which way a function failed.
type Kind uint8

const (
	erred    Kind = iota // it returned an error
	canceled             // which was context.Canceled
	timedOut             // or context.DeadlineExceeded
	unknown              // there is no such function
	mistyped             // it has other types
	unsent               // its argument or result cannot be encoded
	panicked
	exited // it called Goexit
)

type carrierKey struct{}

// Via returns a ctx under which functions are called through c.
func Via(ctx context.Context, c Carrier) context.Context {
	return context.WithValue(ctx, carrierKey{}, c)
}

// arise ends the call of f with the failure: an error or a panic.
func (e *Failure) arise(f string) error {
	switch e.Kind {
	case panicked:
		panic(&Panic{Func: f, Text: e.Text, Stack: e.Stack})
	case exited:
		runtime.Goexit()
	}
	known := errNone
	if int(e.Kind) < len(sentinels) {
		known = sentinels[e.Kind]
	}
	return &Error{Func: f, Text: e.Text, is: known}
}

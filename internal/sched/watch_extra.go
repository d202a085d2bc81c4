package sched

import "fmt"

// Extra is what only some tasks have. It does not change once it is published.
type Extra struct {
	Name     string        // that it had from the beginning
	Function string        // where its address is not known
	Error    string        // that it ended with
	Panicked bool          // it ended so
	Canceled *Cancellation // the last
}

// Cancellation says which task has asked another to stop, and why.
type Cancellation struct {
	By     uint64 // 0: no task
	Name   string // of that task, or of what else it was
	Cause  string // the text of the cause
	At     uint64 // the time
	Within bool   // it is for a part of the task
}

func (e *Extra) copy() *Extra {
	if e == nil {
		return new(Extra)
	}
	c := *e
	return &c
}

func (e *Extra) withError(err error) *Extra {
	c := e.copy()
	c.Error = errorText(err)
	_, c.Panicked = err.(*PanicError)
	return c
}

func (e *Extra) withCancellation(by *Cancellation) *Extra {
	c := e.copy()
	c.Canceled = by
	return c
}

// enough is how much of an error's text is kept.
const enough = 300

// errorText returns the text of err, whose methods are the user's.
func errorText(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = "an error whose Error method panics"
		}
	}()
	switch e := err.(type) {
	case nil:
		return ""
	case *PanicError:
		text = fmt.Sprint("panic: ", e.Value)
	default:
		text = e.Error()
	}
	if len(text) > enough {
		text = text[:enough] + "..."
	}
	return text
}

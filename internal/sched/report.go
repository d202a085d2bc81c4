package sched

import (
	"errors"
	"runtime"
	"runtime/debug"
	"time"
)

// An Event is something that went wrong and that no return value tells.
type Event struct {
	Message string        // what happened
	Task    string        // the name of the task it happened in, if any
	Err     error         // nil: the message says it all
	Started string        // where that task was started, as file.go:12; known in debug mode
	Held    time.Duration // by a step that holds the baton for too long, so far
	Stack   []byte        // of that step: for each call a line, and one for its place
}

// Report hands an event to the loop's error handler, whose own panics are
// dropped.
func (l *Loop) Report(e Event) {
	if l.onError == nil {
		return
	}
	defer func() { _ = recover() }()
	l.onError(&e)
}

// reportPanic reports a panic that must not end the loop; defer it.
func (l *Loop) reportPanic(what string) {
	if v := recover(); v != nil {
		l.Report(Event{Message: "panic in a " + what, Err: &PanicError{Task: "a " + what, Value: v, Stack: debug.Stack()}})
	}
}

// unretrieved stands in a future for an error that nobody has asked for yet.
type unretrieved struct {
	err     error
	owner   string
	origin  uintptr // of the task, in debug mode
	loop    *Loop
	link    Link
	cleanup runtime.Cleanup
}

func (u *unretrieved) Error() string { return u.err.Error() }

// Fire tells the loop's error handler: nobody can ask any more.
func (u *unretrieved) Fire() {
	if u.loop.unretrievedErrors.Remove(&u.link) {
		u.report()
	}
}

func (u *unretrieved) report() {
	if _, told := u.err.(*PanicError); told || u.loop.exited && errors.Is(u.err, ErrGoexit) {
		return
	}
	u.loop.Report(Event{Message: "error was never retrieved", Task: u.owner, Err: u.err, Started: positionOf(u.origin)})
}

// retrieve notes that somebody asked.
func (u *unretrieved) retrieve() error {
	u.loop.unretrievedErrors.Remove(&u.link)
	if !u.loop.reportAtClose {
		u.cleanup.Stop()
	}
	return u.err
}

// trackUnretrieved lets err, the error of f, be reported when f is collected,
// or the loop closed, and nothing has asked for it.
func (l *Loop) trackUnretrieved(who string, err error, f *Future, origin uintptr) error {
	u := &unretrieved{err: err, owner: who, origin: origin, loop: l}
	u.link.entry = u
	l.unretrievedErrors.Push(&u.link)
	if _, panicked := err.(*PanicError); !panicked && !l.reportAtClose {
		u.cleanup = runtime.AddCleanup(f, func(u *unretrieved) { l.Post(u) }, u)
	}
	return u
}

// reportUnretrieved reports all errors that nobody asked for, in the order they
// were made. It returns the first panic among them.
func (l *Loop) reportUnretrieved() (panicked *PanicError) {
	for k := l.unretrievedErrors.First(); k != nil; k = l.unretrievedErrors.First() {
		l.unretrievedErrors.Remove(k)
		u := k.entry.(*unretrieved)
		if p, ok := u.err.(*PanicError); ok && panicked == nil {
			panicked = p
		}
		u.report()
	}
	return panicked
}

// panicked ends t with a panic, which is reported at once.
func (t *Task) panicked(value any, stack []byte) {
	err, ok := value.(*PanicError) // a panic of a task that t awaited
	if !ok {
		err = &PanicError{Task: t.Name(), Value: value, Stack: stack}
		defer t.loop.Report(Event{Message: "panic in a task", Task: t.Name(), Err: err, Started: t.Started()})
	}
	t.end(err)
}

// exited ends t with a Goexit.
func (t *Task) exited() {
	if t.killed {
		t.end(t.canceledError())
		return
	}
	t.end(ErrGoexit)
	if l := t.loop; !l.goexitEndsTaskOnly {
		l.state, l.exited = loopExiting, true
		_ = t.Outcome()
	}
}

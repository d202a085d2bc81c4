package sched

import (
	"errors"
	"runtime"
	"runtime/debug"
)

// An Event is something that went wrong and that nobody else will tell.
type Event struct {
	Message string // what happened
	Task    string // whose, if it was a task's
	Err     error  // nil: the message says it all
	Started string // where that task was started, as file.go:12; known in debug mode
	Stack   []byte // of a step that holds the baton for too long
}

// Report hands an event to the loop's error handler, whose own panics are dropped.
func (l *Loop) Report(e Event) {
	if l.onError == nil {
		return
	}
	defer func() { _ = recover() }()
	l.onError(&e)
}

// reportPanic is deferred around what must not end the loop.
func (l *Loop) reportPanic(what string) {
	if v := recover(); v != nil {
		l.Report(Event{Message: "panic in a " + what, Err: &PanicError{Task: "a " + what, Value: v, Stack: debug.Stack()}})
	}
}

// unretrieved stands in a future for an error that nobody has asked for yet.
type unretrieved struct {
	err     error
	who     string
	origin  []uintptr // of the task, in debug mode
	loop    *Loop
	link    Link
	cleanup runtime.Cleanup
}

func (u *unretrieved) Error() string { return u.err.Error() }

// Fire tells the loop's error handler: nobody can ask any more.
func (u *unretrieved) Fire() {
	if u.loop.failures.Remove(&u.link) {
		u.tell()
	}
}

func (u *unretrieved) tell() {
	if _, told := u.err.(*PanicError); told || u.loop.exited && errors.Is(u.err, ErrGoexit) {
		return
	}
	u.loop.Report(Event{Message: "error was never retrieved", Task: u.who, Err: u.err, Started: Position(Caller(u.origin))})
}

// retrieve notes that somebody asked.
func (u *unretrieved) retrieve() error {
	u.loop.failures.Remove(&u.link)
	if !u.loop.patient {
		u.cleanup.Stop()
	}
	return u.err
}

// unretrieved keeps an eye on err, the error of f, until somebody asks for it.
func (l *Loop) unretrieved(who string, err error, f *Future, origin []uintptr) error {
	u := &unretrieved{err: err, who: who, origin: origin, loop: l}
	u.link.entry = u
	l.failures.Push(&u.link)
	if _, panicked := err.(*PanicError); !panicked && !l.patient {
		u.cleanup = runtime.AddCleanup(f, func(u *unretrieved) { l.Post(u) }, u)
	}
	return u
}

// tellFailures tells all errors that nobody asked for, in the order they were made. It returns the first panic among them.
func (l *Loop) tellFailures() (panicked *PanicError) {
	for k := l.failures.First(); k != nil; k = l.failures.First() {
		l.failures.Remove(k)
		u := k.entry.(*unretrieved)
		if p, ok := u.err.(*PanicError); ok && panicked == nil {
			panicked = p
		}
		u.tell()
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
	if t.dead {
		t.end(t.canceledError())
		return
	}
	t.end(ErrGoexit)
	if l := t.loop; !l.lasting {
		l.exiting, l.exited = true, true
		_ = t.Outcome()
	}
}

// A DeadlockError says what each task waits for. It is ErrDeadlock.
type DeadlockError struct {
	Tasks  []string // what each of them is, and waits for
	Cycles []string // tasks that wait for each other, among them
}

// Error is the report, a line for each task.
func (e *DeadlockError) Error() string {
	s := "async: deadlock: nothing can wake these tasks:" + lines(e.Tasks)
	if len(e.Cycles) > 0 {
		s += "\nThey wait for each other:" + lines(e.Cycles)
	}
	return s
}

// Is reports whether target is ErrDeadlock.
func (e *DeadlockError) Is(target error) bool { return target == ErrDeadlock }

// Deadlock describes the tasks that are left.
func (l *Loop) Deadlock() *DeadlockError {
	e := new(DeadlockError)
	for _, t := range l.Tasks() {
		e.Tasks = append(e.Tasks, t.report())
	}
	for _, c := range cycles(l.Tasks()) {
		e.Cycles = append(e.Cycles, c.String())
	}
	return e
}

package sched

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// A PanicError is the error of a task that panicked.
type PanicError struct {
	Task  string // the task's name
	Value any    // what it panicked with
	Stack []byte // where, as runtime/debug.Stack prints it
}

// Error gives the value, and the stack from where it panicked outwards, without
// the calls that run a task.
func (e *PanicError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "panic in %s: %v\n\n", e.Task, e.Value)
	calls := e.calls()
	if len(calls) == 0 {
		b.Write(e.Stack)
	}
	for _, c := range calls {
		fmt.Fprintf(&b, "%s\n\t%s\n", c.function, c.place)
	}
	return b.String()
}

// Unwrap gives the value, if that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Frames returns the calls from where it panicked outwards, each on one line
// and short: main.work (main.go:14).
func (e *PanicError) Frames() []string { return short(e.calls()) }

// Frames returns the calls of a stack, two lines each, as Event has it, each on
// one line and short.
func Frames(stack []byte) []string {
	var calls []call
	lines := strings.Split(string(stack), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		calls = append(calls, call{lines[i], strings.TrimPrefix(lines[i+1], "\t")})
	}
	return short(calls)
}

// short returns each of calls on one line.
func short(calls []call) (frames []string) {
	for _, c := range calls {
		name := c.function
		if i := strings.LastIndexByte(name, '('); i > 0 && !strings.HasPrefix(name[i:], "(*") {
			name = name[:i]
		}
		at, _, _ := strings.Cut(c.place, " +0x")
		frames = append(frames, fmt.Sprintf("%s (%s)", name[strings.LastIndexByte(name, '/')+1:], filepath.Base(at)))
	}
	return frames
}

// call is one of the calls in a stack's text.
type call struct {
	function string // main.work({0x589ec0?, 0x33})
	place    string // /home/me/main.go:14 +0x45
}

// calls returns those of the stack from where it panicked to where the loop
// begins; nil where the text is not understood.
func (e *PanicError) calls() (calls []call) {
	lines := strings.Split(string(e.Stack), "\n")
	for i := 1; i+1 < len(lines); i += 2 { // the first names the goroutine
		place, ok := strings.CutPrefix(lines[i+1], "\t")
		if !ok {
			break
		}
		calls = append(calls, call{lines[i], place})
	}
	for i, c := range calls {
		if strings.HasPrefix(c.function, "panic(") {
			calls = calls[i+1:]
			break
		}
	}
	for len(calls) > 0 && strings.HasPrefix(calls[0].function, "runtime.") {
		calls = calls[1:] // those of the check that panicked
	}
	if i := slices.IndexFunc(calls, call.ofLoop); i > 0 {
		calls = calls[:i]
	}
	return calls
}

// ofLoop reports whether c is of what runs tasks, callbacks, and functions off
// the loop.
func (c call) ofLoop() bool {
	for _, prefix := range []string{"created by ", "iter.", "runtime.", module + "/internal/sched.", module + ".(*body["} {
		if strings.HasPrefix(c.function, prefix) {
			return true
		}
	}
	return false
}

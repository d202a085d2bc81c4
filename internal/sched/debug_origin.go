package sched

import "runtime"

// origins finds where a task is started: the innermost call that is not this
// library's own. To learn which calls a stack consists of takes longer than all
// else that debug mode does for a task, so it remembers what it has learned of
// the addresses on the stack. The baton's holder has it.
type origins struct{ known map[uintptr]uintptr }

// ours stands for an address within this library, in place of the call that has
// led there.
const ours = 0

// find returns the call, 0 if there is none.
func (o *origins) find() uintptr {
	var returns [walked]uintptr
	frames(&returns)
	for _, pc := range returns {
		if pc == 0 {
			break
		}
		at, known := o.known[pc]
		if !known {
			at = o.learn(pc)
		}
		if at != ours {
			return at
		}
	}
	return callOfUser(callers(3))
}

// learn finds out what is at an address on the stack. Where that is in a
// function of the user's, this library's may have been inlined there; which
// call has led there is the same each time.
func (o *origins) learn(pc uintptr) (at uintptr) {
	inner := runtime.FuncForPC(pc - 1)
	if inner == nil {
		return ours
	}
	outer := runtime.FuncForPC(inner.Entry()) // the function that inner is inlined in
	file, _ := outer.FileLine(inner.Entry())
	if !isLibrary(runtime.Frame{Function: outer.Name(), File: file}) {
		at = callOfUser(callers(4))
	}
	if o.known == nil {
		o.known = map[uintptr]uintptr{}
	}
	o.known[pc] = at
	return at
}

// callOfUser returns the innermost call that is not this library's, 0 if there
// is none.
func callOfUser(calls []uintptr) uintptr {
	for _, pc := range calls {
		if !isLibrary(frameOf(pc)) {
			return pc
		}
	}
	return 0
}

// positionOf returns a call as file.go:12, "" for none.
func positionOf(pc uintptr) string {
	if pc == 0 {
		return ""
	}
	return Position(frameOf(pc))
}

func frameOf(pc uintptr) runtime.Frame {
	f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	return f
}

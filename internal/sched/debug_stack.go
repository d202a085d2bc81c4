package sched

import (
	"runtime"
	"slices"
	"strings"
)

// Stack returns where t is suspended, innermost frame first; nil before its
// first step and after its end. It is for tasks and callbacks of t's loop.
func (t *Task) Stack() []uintptr {
	l := t.loop
	l.guard.check("a task's stack was asked for")
	switch {
	case t == l.Current():
		return callers(3)
	case t.co == nil || t.waitState == startingEager:
		return nil
	case t == l.driver && l.Current() == nil: // an entry runs on its goroutine
		return below(callers(3), "(*Loop).drive")
	}
	l.probing = t
	if t == l.driver {
		l.Current().co.yield(struct{}{}) // to the driver, in relayProbe
	} else {
		t.co.next() // to suspend
	}
	l.probing = nil
	pcs := t.extras.probe
	t.extras.probe = nil
	return pcs
}

// recordStack is called on the goroutine of t.
func (t *Task) recordStack() {
	t.needExtras().probe = callers(4)
}

// relayProbe records the stack of the driver, if that is asked for by a running
// task, which cannot resume the driver, and resumes that task, or the one that
// has started it eagerly, by the coroutine.
func (l *Loop) relayProbe(by *coro) {
	if l.probing != nil {
		l.probeDriver(by)
	}
}

func (l *Loop) probeDriver(by *coro) {
	for l.probing == l.driver {
		l.driver.recordStack()
		by.next()
	}
}

// passProbe lets parent pass on the request of t, which it has started eagerly,
// for the stack of the driver. Without a parent t was started by an entry,
// which the driver itself runs.
func (l *Loop) passProbe(parent, t *Task) {
	if parent == nil {
		l.relayProbe(t.co)
		return
	}
	for l.probing == l.driver {
		parent.co.yield(struct{}{})
		t.co.next()
	}
}

// below returns the calls of a stack that lie below a function of this package.
func below(pcs []uintptr, function string) []uintptr {
	for i, pc := range pcs {
		if strings.HasSuffix(runtime.FuncForPC(pc-1).Name(), "internal/sched."+function) {
			return pcs[i+1:]
		}
	}
	return pcs
}

func callers(skip int) []uintptr {
	var pcs [64]uintptr
	return slices.Clone(pcs[:runtime.Callers(skip, pcs[:])])
}

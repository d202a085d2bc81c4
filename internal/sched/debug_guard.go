package sched

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// guard knows which goroutines may touch a loop: that of Run, and those of its
// tasks, see goroutines. A nil guard allows everything.
//
// While there is a guard, Loop.current is nil, so that each await takes Enter's
// way for misuse, which asks the guard: debug mode costs an await nothing while
// it is off.
type guard struct {
	loop   *Loop
	labels *loopLabels
	home   atomic.Uint64 // the number of the goroutine of Run

	running atomic.Pointer[Task] // the last whose step has begun, for other goroutines

	mu      sync.Mutex // what is below is read from outside of the loop, too
	tasks   notesList
	numbers map[uint64]struct{} // of the goroutines of tasks
}

// Check panics if l has a guard, and the calling goroutine does not hold its
// baton; what names the operation.
func (l *Loop) Check(what string) { l.guard.check(what) }

// Guarded reports whether l has a guard.
func (l *Loop) Guarded() bool { return l.guard != nil }

// check panics if the calling goroutine does not hold the baton.
func (g *guard) check(what string) {
	if g != nil {
		g.mustHold(what)
	}
}

// mustHold does what check does, apart from it, so that the compiler writes the
// question whether there is a guard into the callers.
func (g *guard) mustHold(what string) {
	if !g.holds() && !g.pulls() {
		g.refuse(what)
	}
}

func (g *guard) refuse(what string) {
	panic(fmt.Sprintf("async: %s by %s: from goroutines of your own use a Portal", what, stranger()))
}

// holds reports whether the calling goroutine holds the baton, or none does:
// while the loop does not run, anybody may prepare what is to run.
func (g *guard) holds() bool { return g.loop.home.Load() == 0 || g.loop.Holds() }

// held reports whether the calling goroutine is known to hold the baton.
func (g *guard) held() bool { return g.loop.home.Load() != 0 && g.loop.Holds() }

// current returns the task that runs on the calling goroutine, or nil: on the
// goroutine of a driver, entries run.
func (g *guard) current() *Task {
	co, _ := g.loop.members.find(self())
	if co == nil || co.task == g.loop.driver {
		return nil
	}
	return co.task
}

// rename gives t a name that may be read from outside of the loop.
func (g *guard) rename(t *Task, name string) {
	g.check("a task was given a name")
	g.mu.Lock()
	defer g.mu.Unlock()
	t.extras.name, t.extras.debug.name = name, name
}

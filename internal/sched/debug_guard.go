package sched

import (
	"fmt"
	"runtime"
	"sync"
)

// guard knows which goroutines may touch a loop: that of Run, and those of its
// tasks. While one of them runs, the others are switched away from, so any of
// them that runs holds the baton.
//
// While there is a guard, Loop.current is nil, so that each await takes Enter's
// way for misuse, which asks the guard: debug mode costs an await nothing while
// it is off. A nil guard allows everything.
type guard struct {
	mu      sync.Mutex
	loop    uintptr // the goroutine of Run; 0: it does not run, and anybody may prepare what is to run
	loopID  uint64  // its number
	tasks   map[uintptr]*Task
	numbers map[*coro]uint64 // of the goroutines of tasks, for the watchdog
}

func newGuard() *guard {
	return &guard{tasks: map[uintptr]*Task{}, numbers: map[*coro]uint64{}}
}

// runs notes that Run begins, or ends.
func (g *guard) runs(begins bool) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.loop, g.loopID = 0, 0; begins {
		g.loop, g.loopID = self(), number()
	}
}

// current returns the task that runs on the calling goroutine, or nil.
func (g *guard) current() *Task {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tasks[self()]
}

// holds reports whether the calling goroutine holds the baton, or none does.
func (g *guard) holds() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	id := self()
	return g.loop == 0 || g.loop == id || g.tasks[id] != nil
}

// check panics if the calling goroutine does not hold the baton.
func (g *guard) check(what string) {
	if g != nil {
		g.mustHold(what)
	}
}

func (g *guard) mustHold(what string) {
	if !g.holds() {
		panic(fmt.Sprintf("async: %s by goroutine %d, which does not hold the baton: from goroutines of your own use a Portal", what, number()))
	}
}

// stranger describes the calling goroutine if it does not hold the baton, and
// returns "" if it does.
func (g *guard) stranger() string {
	if g == nil || g.holds() {
		return ""
	}
	return fmt.Sprintf("goroutine %d, which does not hold the baton", number())
}

// nameOf returns the name of t. It may be called from any goroutine.
func (g *guard) nameOf(t *Task) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return t.Name()
}

// rename gives t a name that nameOf may be asked for.
func (g *guard) rename(t *Task, name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t.needExtras().name = name
}

// begins records that t runs on the calling goroutine. The function it returns
// ends that.
func (g *guard) begins(t *Task) (end func()) {
	id := self()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tasks[id] = t
	if g.numbers[t.co] == 0 {
		g.numbers[t.co] = number()
	}
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.tasks, id)
	}
}

// byNumber returns the running tasks by the numbers of their goroutines, and
// nil by that of Run.
func (g *guard) byNumber() map[uint64]*Task {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := map[uint64]*Task{g.loopID: nil}
	for _, t := range g.tasks {
		all[g.numbers[t.co]] = t
	}
	return all
}

// guarded makes a body's goroutine known to the guard while it runs.
type guarded struct{ Body }

// Run runs the body.
func (b *guarded) Run(t *Task) error {
	t.loop.current = nil
	defer t.loop.guard.begins(t)()
	return b.Body.Run(t)
}

// number returns the number of the calling goroutine, as its stack trace has
// it: the one way to learn it.
func number() (n uint64) {
	var buf [40]byte
	for _, c := range buf[len("goroutine "):runtime.Stack(buf[:], false)] {
		if c < '0' || c > '9' {
			break
		}
		n = 10*n + uint64(c-'0')
	}
	return n
}

// held reports whether the calling goroutine is known to hold the baton.
func (g *guard) held() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	id := self()
	return g.tasks[id] != nil || g.loop != 0 && g.loop == id
}

package sched

import (
	"fmt"
	"runtime"
	"sync"
)

// guard knows which goroutines may touch a loop: that of Run, and those of its tasks. While one of them runs, the others are
// switched away from, so whoever is among them holds the baton.
//
// While there is a guard, Loop.current is nil, so that each await takes Enter's way for misuse, which asks the guard: debug mode costs
// an await nothing while it is off. A nil guard allows everything.
type guard struct {
	mu    sync.Mutex
	loop  uint64 // the goroutine of Run; 0: it does not run, and anybody may prepare what is to run
	tasks map[uint64]*Task
}

// runs notes that Run begins, or ends.
func (g *guard) runs(begins bool) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.loop = 0; begins {
		g.loop = goid()
	}
}

// current is the task that the calling goroutine performs, or nil.
func (g *guard) current() *Task {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tasks[goid()]
}

// check panics if the calling goroutine does not hold the baton.
func (g *guard) check(what string) {
	if g != nil {
		g.mustHold(what)
	}
}

func (g *guard) mustHold(what string) {
	id := goid()
	g.mu.Lock()
	_, ok := g.tasks[id]
	ok = ok || g.loop == 0 || g.loop == id
	g.mu.Unlock()
	if !ok {
		panic(fmt.Sprintf("async: %s by goroutine %d, which does not hold the baton: from goroutines of your own use a Portal", what, id))
	}
}

// stranger describes the calling goroutine if it does not hold the baton, or is "".
func (g *guard) stranger() string {
	if g == nil {
		return ""
	}
	id := goid()
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, ok := g.tasks[id]; ok || g.loop == 0 || g.loop == id {
		return ""
	}
	return fmt.Sprintf("goroutine %d, which does not hold the baton", id)
}

// nameOf is the name of t. It may be called from any goroutine.
func (g *guard) nameOf(t *Task) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return t.Name()
}

// rename gives t a name that nameOf may be asked for.
func (g *guard) rename(t *Task, name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t.uncommon().name = name
}

// guarded is a body whose goroutine the guard knows while it runs.
type guarded struct{ Body }

// Run runs the body.
func (b *guarded) Run(t *Task) error {
	g, id := t.loop.guard, goid()
	g.mu.Lock()
	g.tasks[id] = t
	g.mu.Unlock()
	t.loop.current = nil
	defer func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.tasks, id)
	}()
	return b.Body.Run(t)
}

// goid is the number of the calling goroutine, as its stack trace has it: the one way to learn it.
func goid() (id uint64) {
	var buf [40]byte
	n := runtime.Stack(buf[:], false)
	for _, c := range buf[len("goroutine "):n] {
		if c < '0' || c > '9' {
			break
		}
		id = 10*id + uint64(c-'0')
	}
	return id
}

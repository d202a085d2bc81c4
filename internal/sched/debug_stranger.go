package sched

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// guarding are the guards of the loops that run.
var guarding runningGuards

type runningGuards struct {
	count atomic.Int32
	mu    sync.Mutex
	all   []*guard
}

// Guarding reports whether any loop runs that catches goroutines without the
// baton. What has no ctx asks first, which costs next to nothing, and then lets
// Check, or CheckUnbound, see to it.
func Guarding() bool { return guarding.count.Load() > 0 }

func (r *runningGuards) add(g *guard) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, g)
	r.count.Add(1)
}

func (r *runningGuards) remove(g *guard) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = slices.DeleteFunc(r.all, func(x *guard) bool { return x == g })
	r.count.Add(-1)
}

// CheckUnbound panics if the calling goroutine is no task, and was started by
// one, of a loop with a guard. It is for what belongs to no loop yet, because
// no task has awaited it: others may prepare it for a loop that does not run,
// but such a goroutine has got it from a task.
func CheckUnbound(what string) {
	parent, pulled := parentOfCaller()
	guarding.mu.Lock()
	defer guarding.mu.Unlock()
	for _, g := range guarding.all {
		if g.loop.Holds() {
			return
		}
	}
	for _, g := range guarding.all {
		if g.runs(parent) && !pulled {
			g.refuse(what)
		}
	}
}

// runs reports whether a task of the loop runs on the goroutine of a number.
func (g *guard) runs(number uint64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, has := g.numbers[number]
	return has
}

// enter notes that the calling goroutine runs tasks, until leave.
func (g *guard) enter() {
	n := number()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.numbers[n] = struct{}{}
}

func (g *guard) leave() {
	n := number()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.numbers, n)
}

// stranger describes the calling goroutine, which is no task.
func stranger() string {
	return fmt.Sprintf("a goroutine that is no task, goroutine %d, which does not hold the baton", number())
}

// createdBy matches the end of a stack trace, which says by which goroutine it
// was started, and in which function.
var createdBy = regexp.MustCompile(`created by (.*) in goroutine (\d+)`)

// parentOfCaller returns the number of the goroutine that has started the
// calling one, 0 where that is not known, and whether that was for a coroutine
// of iter.Pull.
func parentOfCaller() (number uint64, pulled bool) {
	buf := make([]byte, 1<<16)
	buf = buf[:runtime.Stack(buf, false)]
	m := createdBy.FindSubmatch(buf)
	if m == nil {
		return 0, false
	}
	number, _ = strconv.ParseUint(string(m[2]), 10, 64)
	return number, strings.HasPrefix(string(m[1]), "iter.Pull")
}

// pulls reports whether the calling goroutine is a coroutine of iter.Pull's
// that a task or a callback of the loop has made: while it runs, so does that.
func (g *guard) pulls() bool {
	parent, pulled := parentOfCaller()
	return pulled && (g.runs(parent) || parent == g.home.Load())
}

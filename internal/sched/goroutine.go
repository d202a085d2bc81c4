package sched

import (
	"runtime"
	"strings"
	"sync"
)

// OnLoop reports whether the calling goroutine runs a step of some loop, a
// task's or a callback: whoever does must not wait for another loop to end.
// No context is needed for that, the stack tells.
func OnLoop() bool {
	var pcs [64]uintptr
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		if n == 0 {
			return false
		}
		for frames, more := runtime.CallersFrames(pcs[:n]), true; more; {
			var f runtime.Frame
			f, more = frames.Next()
			if name, ours := strings.CutPrefix(f.Function, module+"/internal/sched.(*"); ours && (name == "Loop).run" || name == "coro).run") {
				return true
			}
		}
	}
}

// members are the goroutines of a loop: that of Run, and those of its tasks.
// Who ends a loop from outside while it runs asks whether it is one of them.
type members struct {
	mu  sync.Mutex
	ids map[uintptr]struct{}
}

// TrackGoroutines lets the loop know its goroutines. It is called before the
// loop has any.
func (l *Loop) TrackGoroutines() { l.members = &members{ids: map[uintptr]struct{}{}} }

// Holds reports whether the calling goroutine is one of the loop's, which has
// to know them.
func (l *Loop) Holds() bool {
	if l.members == nil {
		return false
	}
	l.members.mu.Lock()
	defer l.members.mu.Unlock()
	_, ok := l.members.ids[self()]
	return ok
}

// enter adds the calling goroutine. The function it returns takes it out.
func (m *members) enter() (leave func()) {
	if m == nil {
		return func() {}
	}
	id := self()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ids[id] = struct{}{}
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.ids, id)
	}
}

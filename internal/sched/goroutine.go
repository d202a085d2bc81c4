package sched

import (
	"runtime"
	"strings"
	"sync/atomic"
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

// goroutines is the set of a loop's goroutines: that of Run, and those of its
// coroutines. While one of them runs, the others are switched away from, so any
// of them that runs holds the baton. They change the set; any goroutine may ask
// for itself, without a lock: an entry that is its own does not change
// meanwhile.
type goroutines struct {
	slots atomic.Pointer[[]membership] // a hash table, at most half full
	used  int                          // slots that are not free
}

// membership is a slot of the table.
type membership struct {
	id atomic.Uintptr // the goroutine, as self tells it; noGoroutine or leftGoroutine
	co *coro          // nil: that of Run
}

// there reports whether a goroutine stands in the slot.
func (m *membership) there() bool {
	id := m.id.Load()
	return id != noGoroutine && id != leftGoroutine
}

// What stands in a slot in place of a goroutine, whose record lies at neither.
const (
	noGoroutine   = 0
	leftGoroutine = ^uintptr(0)
)

func newGoroutines() *goroutines {
	g := new(goroutines)
	g.slots.Store(new(make([]membership, 16)))
	return g
}

// find returns the coroutine of a goroutine, and whether that is one of them.
func (g *goroutines) find(id uintptr) (co *coro, found bool) {
	slots := *g.slots.Load()
	for i := hashOf(id); ; i++ {
		switch m := &slots[i%uintptr(len(slots))]; m.id.Load() {
		case id:
			return m.co, true
		case noGoroutine:
			return nil, false
		}
	}
}

// hashOf spreads addresses over the table.
func hashOf(id uintptr) uintptr { return id>>6 ^ id>>16 }

// enter adds the calling goroutine, on which co runs, nil for that of Run.
func (g *goroutines) enter(co *coro) {
	slots := *g.slots.Load()
	if 2*(g.used+1) > len(slots) {
		slots = g.grow(slots)
	}
	g.put(slots, self(), co)
}

// grow makes a table with room for as many again as there are in it.
func (g *goroutines) grow(old []membership) []membership {
	n := 0
	for i := range old {
		if old[i].there() {
			n++
		}
	}
	size := len(old)
	for size < 4*(n+1) {
		size *= 2
	}
	slots := make([]membership, size)
	g.used = 0
	for i := range old {
		if old[i].there() {
			g.put(slots, old[i].id.Load(), old[i].co)
		}
	}
	g.slots.Store(&slots)
	return slots
}

// put writes an entry into a slot that is free.
func (g *goroutines) put(slots []membership, id uintptr, co *coro) {
	i := hashOf(id)
	for slots[i%uintptr(len(slots))].id.Load() != noGoroutine {
		i++
	}
	m := &slots[i%uintptr(len(slots))]
	m.co = co
	m.id.Store(id)
	g.used++
}

// leave takes the calling goroutine out.
func (g *goroutines) leave() {
	slots, id := *g.slots.Load(), self()
	for i := hashOf(id); ; i++ {
		switch m := &slots[i%uintptr(len(slots))]; m.id.Load() {
		case id:
			m.id.Store(leftGoroutine)
			return
		case noGoroutine:
			return
		}
	}
}

// TrackGoroutines lets the loop know its goroutines. It is called before the
// loop has any.
func (l *Loop) TrackGoroutines() {
	if l.members == nil {
		l.members = newGoroutines()
	}
}

// Holds reports whether the calling goroutine is one of the loop's, which has
// to know them.
func (l *Loop) Holds() bool {
	if l.members == nil {
		return false
	}
	_, found := l.members.find(self())
	return found
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

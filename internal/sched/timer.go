package sched

import "time"

// A Timer is one deadline. It is embedded in its owner.
type Timer struct {
	seq uint32 // of its entry in the heap, the low half; 0: not set
}

// Timed is the owner of a timer: an Entry that becomes ready when the deadline
// has come.
type Timed interface {
	Entry
	// Timer returns the owner's timer.
	Timer() *Timer
}

// timed is the heap's record of a timer.
type timed struct {
	when  time.Duration
	seq   uint64 // made earlier, due earlier
	owner Timed
}

func (a timed) before(b timed) bool {
	return a.when < b.when || a.when == b.when && a.seq < b.seq
}

// live reports whether the timer was not stopped or set anew since.
func (a timed) live() bool { return a.owner.Timer().seq == uint32(a.seq) }

// timers is a heap of four children a node: half as deep as a binary one, and
// the children of a node lie side by side.
//
// A timer that is stopped stays in it until it comes up, or until half of them
// are such: so the heap moves its entries without touching their owners, which
// with many would cost more than all else.
type timers struct {
	heap    []timed
	seq     uint64
	stopped int
}

const children = 4

// set lets owner become ready when the time has come. Its timer must not be
// set.
func (h *timers) set(owner Timed, when time.Duration) {
	h.seq++
	if uint32(h.seq) == 0 {
		h.seq++
	}
	owner.Timer().seq = uint32(h.seq)
	h.heap = append(h.heap, timed{})
	h.up(len(h.heap)-1, timed{when, h.seq, owner})
}

// stop takes a timer back. It reports whether it was set.
func (h *timers) stop(t *Timer) bool {
	if t.seq == 0 {
		return false
	}
	t.seq = 0
	if h.stopped++; h.stopped > 64 && h.stopped > len(h.heap)/2 {
		h.purge()
	}
	return true
}

// next returns when the first timer is due.
func (h *timers) next() (when time.Duration, ok bool) {
	for len(h.heap) > 0 && !h.heap[0].live() {
		h.pop()
		h.stopped--
	}
	if len(h.heap) == 0 {
		return 0, false
	}
	return h.heap[0].when, true
}

// due removes the first timer if its time has come.
func (h *timers) due(now time.Duration) (owner Timed, ok bool) {
	if when, ok := h.next(); !ok || when > now {
		return nil, false
	}
	owner = h.pop()
	owner.Timer().seq = 0
	return owner, true
}

// pop removes the first entry.
func (h *timers) pop() Timed {
	owner, last := h.heap[0].owner, len(h.heap)-1
	moved := h.heap[last]
	h.heap[last] = timed{}
	h.heap = h.heap[:last]
	if last > 0 {
		h.down(0, moved)
	}
	return owner
}

// purge removes the entries of stopped timers.
func (h *timers) purge() {
	live := h.heap[:0]
	for _, x := range h.heap {
		if x.live() {
			live = append(live, x)
		}
	}
	clear(h.heap[len(live):])
	h.heap, h.stopped = live, 0
	for i := len(live)/children + 1; i > 0; i-- {
		if i <= len(live) {
			h.down(i-1, live[i-1])
		}
	}
}

func (h *timers) up(i int, x timed) {
	for i > 0 {
		parent := (i - 1) / children
		if !x.before(h.heap[parent]) {
			break
		}
		h.heap[i] = h.heap[parent]
		i = parent
	}
	h.heap[i] = x
}

func (h *timers) down(i int, x timed) {
	for {
		first := children*i + 1
		if first >= len(h.heap) {
			break
		}
		least := first
		for c := first + 1; c < min(first+children, len(h.heap)); c++ {
			if h.heap[c].before(h.heap[least]) {
				least = c
			}
		}
		if !h.heap[least].before(x) {
			break
		}
		h.heap[i] = h.heap[least]
		i = least
	}
	h.heap[i] = x
}

package sched

import "time"

// A Timer stands for one deadline. It is embedded in its owner, an Entry that becomes ready
// when the deadline has come.
type Timer struct {
	place int32 // 1 + the index in the heap; 0: not set
}

// timed is a timer in the heap, beside what the heap compares.
type timed struct {
	when  time.Duration
	seq   uint64 // made earlier, due earlier
	timer *Timer
	owner Entry
}

func (a timed) before(b timed) bool {
	return a.when < b.when || a.when == b.when && a.seq < b.seq
}

// timers is a heap of four children a node: half as deep as a binary one, and the children of a node lie in
// two cache lines.
type timers struct {
	heap []timed
	seq  uint64
}

const children = 4

// set lets owner become ready when the time has come.
func (h *timers) set(t *Timer, owner Entry, when time.Duration) {
	h.seq++
	h.heap = append(h.heap, timed{when, h.seq, t, owner})
	h.up(len(h.heap)-1, h.heap[len(h.heap)-1])
}

// stop removes t from the heap, if it is there.
func (h *timers) stop(t *Timer) bool {
	if t.place == 0 {
		return false
	}
	h.remove(int(t.place) - 1)
	return true
}

// due removes the first timer if its time has come.
func (h *timers) due(now time.Duration) (Entry, bool) {
	if len(h.heap) == 0 || h.heap[0].when > now {
		return nil, false
	}
	owner := h.heap[0].owner
	h.remove(0)
	return owner, true
}

func (h *timers) remove(i int) {
	h.heap[i].timer.place = 0
	last := len(h.heap) - 1
	moved := h.heap[last]
	h.heap[last] = timed{}
	h.heap = h.heap[:last]
	switch {
	case i == last:
	case i > 0 && moved.before(h.heap[(i-1)/children]):
		h.up(i, moved)
	default:
		h.down(i, moved)
	}
}

func (h *timers) up(i int, x timed) {
	for i > 0 {
		parent := (i - 1) / children
		if !x.before(h.heap[parent]) {
			break
		}
		h.put(i, h.heap[parent])
		i = parent
	}
	h.put(i, x)
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
		h.put(i, h.heap[least])
		i = least
	}
	h.put(i, x)
}

func (h *timers) put(i int, x timed) {
	h.heap[i] = x
	x.timer.place = int32(i) + 1
}

package sched

// An Entry stands in the ready queue until its turn comes: a task to resume, a callback to call,
// or a step of a combinator. Fire must neither suspend nor panic.
type Entry interface {
	// Fire is called when the turn has come.
	Fire()
}

// ring is the ready queue: first in, first out, in a slice whose length is a power of two.
type ring struct {
	slots []Entry
	head  uint // the next to leave; slots[head & mask]
	tail  uint // the next to be filled
}

func (r *ring) len() int { return int(r.tail - r.head) }

func (r *ring) push(e Entry) {
	if int(r.tail-r.head) == len(r.slots) {
		r.grow()
	}
	r.slots[r.tail&uint(len(r.slots)-1)] = e
	r.tail++
}

// pop takes the first entry; the ring must not be empty. The slot keeps its old value until it is
// filled again: clearing it would cost more than it frees, for forget clears them all when the loop idles.
func (r *ring) pop() Entry {
	e := r.slots[r.head&uint(len(r.slots)-1)]
	r.head++
	return e
}

func (r *ring) peek() Entry {
	return r.slots[r.head&uint(len(r.slots)-1)]
}

//go:noinline
func (r *ring) grow() {
	size := max(64, 2*len(r.slots))
	slots := make([]Entry, size)
	n := 0
	for ; r.head != r.tail; r.head++ {
		slots[n] = r.slots[r.head&uint(len(r.slots)-1)]
		n++
	}
	r.slots, r.head, r.tail = slots, 0, uint(n)
}

// forget drops what the empty ring still refers to.
func (r *ring) forget() {
	clear(r.slots[:min(len(r.slots), int(r.tail))])
	r.head, r.tail = 0, 0
}

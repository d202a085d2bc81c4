package sched

// An Entry stands in the ready queue until its turn comes: a task to resume, a
// callback to call, or a step of a combinator. Fire must neither suspend nor
// panic.
type Entry interface {
	// Fire is called when the turn has come.
	Fire()
}

// A userEntry is an entry that calls a function of the user's, which is for the
// goroutine of Run. The method does nothing; all other entries lack it.
type userEntry interface {
	Entry
	runsUserCode()
}

func (*Handle) runsUserCode()      {}
func (*Callback) runsUserCode()    {}
func (*unretrieved) runsUserCode() {}

// runsUserCode reports whether e calls a function of the user's.
func runsUserCode(e Entry) bool {
	_, runs := e.(userEntry)
	return runs
}

// ring holds the ready queue: first in, first out, in a slice whose length is a
// power of two.
type ring struct {
	slots []Entry
	mask  uint // len(slots) - 1
	tail  uint // the next to be filled: slots[tail & mask]
	end   uint // tail when there is no room left; slots[end & mask] is the next to leave
}

func (r *ring) len() int { return int(r.tail - r.end + uint(len(r.slots))) }

// push puts e at the end. It is short enough that the compiler inlines it.
func (r *ring) push(e Entry) {
	if r.tail == r.end {
		r.grow()
	}
	r.slots[r.tail&r.mask] = e
	r.tail++
}

// pop takes the first entry; the ring must not be empty. The slot keeps its old
// value until it is filled again: clearing it would cost more than it frees,
// for forget clears them all when the loop idles.
func (r *ring) pop() Entry {
	e := r.peek()
	r.end++
	return e
}

func (r *ring) peek() Entry { return r.slots[r.end&r.mask] }

// grow makes room in a full ring.
//
//go:noinline
func (r *ring) grow() {
	size := max(64, 2*len(r.slots))
	slots := make([]Entry, size)
	first := int(r.end & r.mask)
	n := copy(slots, r.slots[first:])
	n += copy(slots[n:], r.slots[:first])
	*r = ring{slots, uint(size - 1), uint(n), uint(size)}
}

// clear clears the slots of the empty ring, which still refer to old entries.
func (r *ring) clear() {
	clear(r.slots[:min(len(r.slots), int(r.tail))])
	r.tail, r.end = 0, uint(len(r.slots))
}

package primitives

// A store keeps the items of a queue in its order. take must not be called on
// an empty one.
type store[T any] interface {
	put(v T)
	take() T
	clear()
	all() []T     // for String, in the order they are kept
	kind() string // of the queue
}

// fifo returns items in the order they were put: a ring whose size is a power
// of two.
type fifo[T any] struct {
	slots      []T
	head, tail uint // the next to be taken, and to be put; they only grow
}

func (s *fifo[T]) put(v T) {
	if int(s.tail-s.head) == len(s.slots) {
		s.grow()
	}
	s.slots[s.tail&uint(len(s.slots)-1)] = v
	s.tail++
}

func (s *fifo[T]) take() T {
	slot := &s.slots[s.head&uint(len(s.slots)-1)]
	s.head++
	return cut(slot)
}

func (s *fifo[T]) grow() {
	slots := make([]T, max(8, 2*len(s.slots)))
	n := uint(0)
	for ; s.head != s.tail; s.head++ {
		slots[n] = s.slots[s.head&uint(len(s.slots)-1)]
		n++
	}
	s.slots, s.head, s.tail = slots, 0, n
}

// lifo returns the item put last first.
type lifo[T any] struct{ items []T }

func (s *lifo[T]) put(v T) { s.items = append(s.items, v) }
func (s *lifo[T]) clear()  { s.items = nil }

func (s *lifo[T]) take() T {
	last := len(s.items) - 1
	v := cut(&s.items[last])
	s.items = s.items[:last]
	return v
}

// cut empties a slot, so that it keeps nothing alive.
func cut[T any](slot *T) T {
	v := *slot
	var zero T
	*slot = zero
	return v
}

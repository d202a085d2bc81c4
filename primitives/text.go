package primitives

import "fmt"

// describe returns the String of a primitive.
func describe(kind, state string, waiters int) string {
	if waiters > 0 {
		state += fmt.Sprintf(", waiters:%d", waiters)
	}
	return "<" + kind + " [" + state + "]>"
}

func lockedText(locked bool) string {
	if locked {
		return "locked"
	}
	return "unlocked"
}

// String tells the state of the queue, like Python's repr: its items in the
// order they are kept, who waits, and for how many items there was no TaskDone.
func (q *Queue[T]) String() string {
	kind, items := "Queue", q.fifo.all()
	if q.order != nil {
		kind, items = q.order.kind(), q.order.all()
	}
	s := fmt.Sprintf("<%s maxsize=%d", kind, q.maxsize)
	if len(items) > 0 {
		s += fmt.Sprintf(" queue=%v", items)
	}
	for _, part := range []struct {
		format string
		n      int
	}{{" getters[%d]", q.getters.Len()}, {" putters[%d]", q.putters.Len()}, {" tasks=%d", q.unfinished}} {
		if part.n > 0 {
			s += fmt.Sprintf(part.format, part.n)
		}
	}
	if q.down {
		s += " shutdown"
	}
	return s + ">"
}

func (s *fifo[T]) all() (items []T) {
	for i := s.head; i != s.tail; i++ {
		items = append(items, s.slots[i&uint(len(s.slots)-1)])
	}
	return items
}

func (s *lifo[T]) kind() string { return "LifoQueue" }
func (s *lifo[T]) all() []T     { return s.items }

func (h *heap[T]) kind() string { return "PriorityQueue" }

func (h *heap[T]) all() (items []T) {
	for _, x := range h.items {
		items = append(items, x.item)
	}
	return items
}

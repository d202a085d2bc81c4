package primitives

// heap takes the least item first, and of equal items the one put first.
type heap[T any] struct {
	items []ranked[T]
	less  func(a, b T) bool
	seq   uint64
}

// ranked is an item with the number of those that were put before it.
type ranked[T any] struct {
	item T
	seq  uint64
}

// before reports whether a is taken before b.
func (h *heap[T]) before(a, b ranked[T]) bool {
	switch {
	case h.less(a.item, b.item):
		return true
	case h.less(b.item, a.item):
		return false
	}
	return a.seq < b.seq
}

func (h *heap[T]) clear() { h.items = nil }

// put finds the place of v before it moves anything, for less may panic.
func (h *heap[T]) put(v T) {
	x := ranked[T]{v, h.seq}
	place := len(h.items)
	for place > 0 && h.before(x, h.items[(place-1)/2]) {
		place = (place - 1) / 2
	}
	h.seq++
	h.items = append(h.items, x)
	for i := len(h.items) - 1; i > place; i = (i - 1) / 2 {
		h.items[i] = h.items[(i-1)/2]
	}
	h.items[place] = x
}

func (h *heap[T]) take() T {
	v, last := h.items[0].item, len(h.items)-1
	x := cut(&h.items[last])
	h.items = h.items[:last]
	if last > 0 {
		h.sink(x)
	}
	return v
}

// sink puts x in at the top, whose item was taken.
func (h *heap[T]) sink(x ranked[T]) {
	i := 0
	for {
		child := 2*i + 1
		if right := child + 1; right < len(h.items) && h.before(h.items[right], h.items[child]) {
			child = right
		}
		if child >= len(h.items) || !h.before(h.items[child], x) {
			break
		}
		h.items[i] = h.items[child]
		i = child
	}
	h.items[i] = x
}

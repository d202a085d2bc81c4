package primitives

// heap takes first what is least, and of equals what was put first.
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

func (h *heap[T]) put(v T) {
	h.items = append(h.items, ranked[T]{v, h.seq})
	h.seq++
	h.up(len(h.items) - 1)
}

func (h *heap[T]) take() T {
	last := len(h.items) - 1
	h.swap(0, last)
	v := cut(&h.items[last]).item
	h.items = h.items[:last]
	h.down(0)
	return v
}

// before reports whether the i-th is taken before the j-th.
func (h *heap[T]) before(i, j int) bool {
	a, b := &h.items[i], &h.items[j]
	switch {
	case h.less(a.item, b.item):
		return true
	case h.less(b.item, a.item):
		return false
	}
	return a.seq < b.seq
}

func (h *heap[T]) swap(i, j int) { h.items[i], h.items[j] = h.items[j], h.items[i] }

func (h *heap[T]) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !h.before(i, parent) {
			return
		}
		h.swap(i, parent)
		i = parent
	}
}

func (h *heap[T]) down(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(h.items); child++ {
			if h.before(child, least) {
				least = child
			}
		}
		if least == i {
			return
		}
		h.swap(i, least)
		i = least
	}
}

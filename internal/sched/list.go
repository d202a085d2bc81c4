package sched

// A Link is a place in a List. It is embedded in its entry, so that joining a
// list allocates nothing.
type Link struct {
	next, prev *Link
	entry      Entry
}

// NewLink returns a link for e.
func NewLink(e Entry) Link { return Link{entry: e} }

// Entry returns the entry of the link.
func (k *Link) Entry() Entry { return k.entry }

// A List holds links in the order they were pushed, as a ring. The zero List is
// empty.
type List struct {
	first *Link
}

// Push adds k at the end.
func (l *List) Push(k *Link) {
	if l.first == nil {
		k.next, k.prev = k, k
		l.first = k
		return
	}
	last := l.first.prev
	k.next, k.prev = l.first, last
	last.next, l.first.prev = k, k
}

// Remove takes k out of the list. It reports whether k stood in one.
func (l *List) Remove(k *Link) bool {
	if k.next == nil {
		return false
	}
	if k.next == k {
		l.first = nil
	} else {
		k.prev.next, k.next.prev = k.next, k.prev
		if l.first == k {
			l.first = k.next
		}
	}
	k.next, k.prev = nil, nil
	return true
}

// First returns the link that was pushed first, or nil.
func (l *List) First() *Link { return l.first }

// After returns the link behind k, or nil.
func (l *List) After(k *Link) *Link {
	if k.next == l.first {
		return nil
	}
	return k.next
}

package sched

import "fmt"

// A WaitSet awaits many futures at once. It stands with one and the same link
// in every future that nothing else waits for, and a future whose end decides
// nothing costs a count and no turn of the loop: that is what makes awaiting a
// hundred thousand tasks cheap.
//
// The shared link is the one exception to a rule of List: it is set as the
// first of a future's waiters without being tied into the ring, so that it can
// stand in many. A second waiter of that future first replaces it by an entry
// of the set's own, in its place in the order (Future.addWaiter).
type WaitSet struct {
	link           Link
	owner          WaitSetOwner
	pending        int  // futures that have not ended
	queued         int  // futures that have, and whose turns are to come
	ignoreFinished bool // the owner need not learn of ends with a value
}

// A WaitSetOwner learns, in their turns, which futures of its set have ended.
type WaitSetOwner interface {
	fmt.Stringer // what it waits for
	// FutureDone is called for f. The set is Done with the last.
	FutureDone(f *Future)
}

// Init prepares s to call owner.
func (s *WaitSet) Init(owner WaitSetOwner) {
	s.owner = owner
	s.link = NewLink((*sharedLink)(s))
}

// IgnoreFinished makes s pass over futures that end with a value from now on,
// but for the last.
func (s *WaitSet) IgnoreFinished() { s.ignoreFinished = true }

// Add makes s await f, too.
func (s *WaitSet) Add(f *Future) {
	s.pending++
	switch {
	case f.state != Pending:
		s.futureEnded(f)
	case f.waiters.first == nil:
		f.waiters.first = &s.link
	default:
		f.Notify(s.newEntry(f))
	}
}

// Forget takes back an Add, if f has not ended. It does not count then, and the
// set will not be Done.
func (s *WaitSet) Forget(f *Future) {
	if f.sharedBy() == s {
		f.waiters.first = nil
		return
	}
	for k := f.waiters.First(); k != nil; k = f.waiters.After(k) {
		if e, ok := k.entry.(*waitSetEntry); ok && e.set == s {
			f.waiters.Remove(k)
			return
		}
	}
}

// Done reports whether all futures have ended and had their turns.
func (s *WaitSet) Done() bool { return s.pending == 0 && s.queued == 0 }

// newEntry returns a link of s for f alone.
func (s *WaitSet) newEntry(f *Future) *Link {
	e := &waitSetEntry{set: s, future: f}
	e.link = NewLink(e)
	return &e.link
}

// futureEnded counts f, and queues a turn for it if the owner has to learn of
// its end.
func (s *WaitSet) futureEnded(f *Future) {
	s.pending--
	if !s.ignoreFinished || f.state != Finished || s.pending == 0 {
		s.queued++
		f.loop.enqueue(&waitSetEntry{set: s, future: f})
	}
}

// waitSetEntry is one future of a WaitSet.
type waitSetEntry struct {
	link   Link
	set    *WaitSet
	future *Future
}

// Fire calls the owner.
func (e *waitSetEntry) Fire() {
	e.set.queued--
	e.set.owner.FutureDone(e.future)
}

// String names the owner's wait.
func (e *waitSetEntry) String() string { return e.set.owner.String() }

// sharedLink is a WaitSet as the entry of its shared link.
type sharedLink WaitSet

// Fire is never called: the end of a future is counted instead.
func (*sharedLink) Fire() {}

// sharedBy returns the set that waits for f with its shared link, or nil.
func (f *Future) sharedBy() *WaitSet {
	if f.waiters.first == nil {
		return nil
	}
	s, _ := f.waiters.first.entry.(*sharedLink)
	return (*WaitSet)(s)
}

// addWaiter puts k behind the other waiters of f.
func (f *Future) addWaiter(k *Link) {
	if s := f.sharedBy(); s != nil {
		f.waiters.first = nil
		f.waiters.Push(s.newEntry(f))
	}
	f.waiters.Push(k)
}

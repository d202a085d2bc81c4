package sched

import "fmt"

// A Tally awaits many futures at once. It stands with one and the same link in all of them that nobody else waits for, and a
// future whose end decides nothing costs it a count and no turn: that is what makes awaiting a hundred thousand tasks cheap.
type Tally struct {
	link    Link
	owner   Teller
	pending int  // futures that have not ended
	untold  int  // futures that have, and whose turns are to come
	quiet   bool // nobody needs to know who ended with a value
}

// A Teller is told by a Tally, in their turns, of the futures that have ended.
type Teller interface {
	fmt.Stringer // what it waits for
	// Told is called for f. The tally is Over with the last.
	Told(f *Future)
}

// Init makes t ready to tell owner.
func (t *Tally) Init(owner Teller) {
	t.owner = owner
	t.link = NewLink((*shared)(t))
}

// Hush lets t pass over futures that end with a value from now on, but for the last.
func (t *Tally) Hush() { t.quiet = true }

// Add lets t await f, too.
func (t *Tally) Add(f *Future) {
	t.pending++
	switch {
	case f.state != Pending:
		t.count(f)
	case f.waiters.first == nil:
		f.waiters.first = &t.link
	default:
		f.Notify(t.own(f))
	}
}

// Forget takes back an Add, if f has not ended. It does not count then, and the tally will not be Over.
func (t *Tally) Forget(f *Future) {
	if f.share() == t {
		f.waiters.first = nil
		return
	}
	for k := f.waiters.First(); k != nil; k = f.waiters.After(k) {
		if c, ok := k.entry.(*counted); ok && c.tally == t {
			f.waiters.Remove(k)
			return
		}
	}
}

// Over reports whether all futures have ended and had their turns.
func (t *Tally) Over() bool { return t.pending == 0 && t.untold == 0 }

// own is a link of t for f alone.
func (t *Tally) own(f *Future) *Link {
	c := &counted{tally: t, future: f}
	c.link = NewLink(c)
	return &c.link
}

// count gives f, which has ended, a turn in which the owner is told, if need be.
func (t *Tally) count(f *Future) {
	t.pending--
	if !t.quiet || f.state != Finished || t.pending == 0 {
		t.untold++
		f.loop.ready.push(&counted{tally: t, future: f})
	}
}

// counted is one future of a Tally.
type counted struct {
	link   Link
	tally  *Tally
	future *Future
}

// Fire tells the owner.
func (c *counted) Fire() {
	c.tally.untold--
	c.tally.owner.Told(c.future)
}

// String is what the owner waits for.
func (c *counted) String() string { return c.tally.owner.String() }

// shared is a Tally as what waits for many futures.
type shared Tally

// Fire is not called: who ends a future counts it instead.
func (*shared) Fire() {}

// share is the Tally that waits for f with a link that others have, too; or nil.
func (f *Future) share() *Tally {
	if f.waiters.first == nil {
		return nil
	}
	s, _ := f.waiters.first.entry.(*shared)
	return (*Tally)(s)
}

// join lets k wait for f behind those who do.
func (f *Future) join(k *Link) {
	if t := f.share(); t != nil {
		f.waiters.first = nil
		f.waiters.Push(t.own(f))
	}
	f.waiters.Push(k)
}

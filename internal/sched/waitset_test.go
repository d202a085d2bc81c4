package sched

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// counter is a WaitSet beside the dumb model of it: a link of its own in each
// future, called for all.
type counter struct {
	WaitSet
	name    string
	awaited []*Future // that were added and not forgotten, and have not had their turns
	forgot  bool
	trace   *[]string
}

func (c *counter) String() string { return c.name }

func (c *counter) FutureDone(f *Future) {
	*c.trace = append(*c.trace, fmt.Sprintf("%s: %p, over: %t", c, f, c.Done()))
}

// modelTurn is a turn in the model: somebody learns of a future.
type modelTurn struct {
	of      *counter // nil: a plain waiter
	f       *Future
	ignored bool // when f ended
}

// waitSetModel is futures, what waits for them, and whose turns are to come.
type waitSetModel struct {
	loop     *Loop
	counters []*counter
	futures  []*Future
	waiters  map[*Future][]modelTurn
	turns    []modelTurn
	real     []string
	model    []string
}

// waiter is an entry that waits for one future, without a WaitSet.
type waiter struct {
	link Link
	f    *Future
	m    *waitSetModel
}

func (w *waiter) Fire() { w.m.real = append(w.m.real, fmt.Sprintf("plain: %p", w.f)) }

func (m *waitSetModel) wait(turn modelTurn) {
	if turn.f.Settled() {
		turn.ignored = turn.of != nil && turn.of.ignoreFinished
		m.turns = append(m.turns, turn)
	} else {
		m.waiters[turn.f] = append(m.waiters[turn.f], turn)
	}
}

func (m *waitSetModel) plain(f *Future) {
	m.wait(modelTurn{f: f})
	w := &waiter{f: f, m: m}
	w.link = NewLink(w)
	f.Notify(&w.link)
}

func (m *waitSetModel) add(c *counter, f *Future) {
	if c.ignoreFinished || slices.Contains(c.awaited, f) {
		return
	}
	m.wait(modelTurn{of: c, f: f})
	c.awaited = append(c.awaited, f)
	c.Add(f)
}

func (m *waitSetModel) forget(c *counter, f *Future) {
	byC := func(turn modelTurn) bool { return turn.of == c }
	if slices.ContainsFunc(m.waiters[f], byC) {
		c.forgot = true
		c.awaited = slices.DeleteFunc(c.awaited, func(other *Future) bool { return other == f })
		m.waiters[f] = slices.DeleteFunc(m.waiters[f], byC)
	}
	c.Forget(f)
}

func (m *waitSetModel) settle(f *Future, err error) {
	if f.Settled() {
		return
	}
	for _, turn := range m.waiters[f] {
		turn.ignored = turn.of != nil && turn.of.ignoreFinished
		m.turns = append(m.turns, turn)
	}
	delete(m.waiters, f)
	if err != nil {
		_ = f.Fail(err)
		f.MarkRetrieved()
	} else {
		_ = f.Finish()
	}
}

// drain gives all their turns.
func (m *waitSetModel) drain() {
	for m.loop.ready.len() > 0 {
		m.loop.ready.pop().Fire()
	}
	for _, turn := range m.turns {
		if turn.of == nil {
			m.model = append(m.model, fmt.Sprintf("plain: %p", turn.f))
			continue
		}
		c := turn.of
		c.awaited = slices.DeleteFunc(c.awaited, func(other *Future) bool { return other == turn.f })
		over := len(c.awaited) == 0 && !c.forgot
		if over || !turn.ignored || turn.f.State() != Finished {
			m.model = append(m.model, fmt.Sprintf("%s: %p, over: %t", c, turn.f, over))
		}
	}
	m.turns = nil
}

func TestWaitSetCallsItsOwnerAsALinkInEachFutureWould(t *testing.T) {
	r := random(t)
	for range 2000 {
		m := &waitSetModel{loop: New(Config{}), waiters: map[*Future][]modelTurn{}}
		for i := range 3 {
			c := &counter{name: fmt.Sprint("set ", i), trace: &m.real}
			c.Init(c)
			m.counters = append(m.counters, c)
		}
		for range 6 {
			f := new(Future)
			f.Init(m.loop)
			m.futures = append(m.futures, f)
		}
		for range 40 {
			c, f := m.counters[r.IntN(3)], m.futures[r.IntN(6)]
			switch r.IntN(12) {
			case 0:
				m.settle(f, nil)
			case 1:
				m.settle(f, errors.New("failed"))
			case 2:
				m.plain(f)
			case 3:
				m.forget(c, f)
			case 4:
				c.IgnoreFinished()
			case 5:
				m.drain()
			default:
				m.add(c, f)
			}
		}
		for _, f := range m.futures {
			m.settle(f, nil)
		}
		m.drain()
		require.Equal(t, m.model, m.real)
	}
}

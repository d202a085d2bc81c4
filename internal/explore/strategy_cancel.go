package explore

import "math/rand/v2"

// canceling cancels, in the order of the first schedule, in each wait of it in turn: as it begins, and as it ends.
type canceling struct {
	waits int // of the first schedule
	last  int // twice the wait, and 1 more if it is late
}

func (c *canceling) start(first *execution) { c.last, c.waits = 1, first.waits }

func (c *canceling) next() (plan, bool) {
	if c.last++; c.last/2 > c.waits {
		return plan{}, false
	}
	return plan{way: "cancel in turn", policy: queueOrder{}, cancels: []cancelAt{{c.last / 2, c.last%2 == 1}}}, true
}

// randomCancels are the plans of a source, most of them with a cancellation or two by chance.
type randomCancels struct {
	source
	rng   *rand.Rand
	waits int // of the first schedule
}

func (m *randomCancels) start(first *execution) {
	m.waits = first.waits
	m.source.start(first)
}

func (m *randomCancels) next() (plan, bool) {
	p, ok := m.source.next()
	if !ok || m.waits == 0 {
		return p, ok
	}
	p.way += ", cancel by chance"
	for range m.rng.IntN(3) {
		p.cancels = append(p.cancels, cancelAt{1 + m.rng.IntN(m.waits), m.rng.IntN(2) == 1})
	}
	return p, true
}

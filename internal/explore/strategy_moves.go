package explore

import "slices"

// moves departs from asyncio's order once at each place, then twice, and so on:
// schedules with fewer departures first, those with as many in random order.
// Most bugs need one or two.
type moves struct {
	*search
	name   string
	dice   dice
	kinds  []kind // of departures
	first  []kind // of the first of several departures; nil: any
	bound  int    // how many at most
	late   bool
	extra  bool
	levels [][]*node
	cut    bool            // not all that can be tried will be
	seen   map[uint64]bool // runs that were branched from; nil: all differ
}

// node is a schedule that departs once more than the one that it continues.
type node struct {
	departure
	from  *node // nil: asyncio's order
	depth int
	point int    // its place among the points of from
	trail uint64 // the hash of what came before
}

// orders returns the source of all orders, with all cancellations if those are
// wanted.
func (s *search) orders() *moves {
	m := &moves{search: s, name: "exhaustive", dice: newDice(s.Seed, 8), kinds: []kind{turn, choice}, bound: s.Deviations, late: s.Late}
	if s.Cancel && s.Strategy == Exhaustive {
		m.kinds = append(m.kinds, cancelEarly, cancelLate)
	}
	return m
}

// few returns a source of a few departures: in the first runs one of some
// kinds, in the next ones a second of any.
func (s *search) few(name string, use uint64, first ...kind) *moves {
	m := &moves{search: s, name: name, dice: newDice(s.Seed, use), first: first, bound: s.Deviations, late: s.Late, seen: map[uint64]bool{}}
	m.kinds = []kind{delay, choice}
	if s.canCancel() {
		m.kinds = append(m.kinds, cancelEarly, cancelLate)
		m.extra = true
	}
	return m
}

func (m *moves) start(first *execution) { m.branch(&node{point: -1}, nil, first) }

func (m *moves) next() (plan, bool) {
	for depth, level := range m.levels {
		if len(level) == 0 {
			continue
		}
		i := m.dice.n(len(level))
		n := level[i]
		last := len(level) - 1
		level[i], level[last] = level[last], nil
		m.levels[depth] = level[:last]
		return plan{name: m.name, script: n.schedule(), late: m.late, extra: m.extra, learn: func(x *execution) { m.branch(n, n, x) }}, true
	}
	return plan{}, false
}

// end notes, if it is so, that all orders were tried.
func (m *moves) end() {
	if m.seen == nil && !m.cut {
		m.allOrders = true
	}
}

// branch queues all departures from x, the run of n, that come after that of n.
func (m *moves) branch(n, from *node, x *execution) {
	if n.strays(x) {
		m.strayed = true
		return
	}
	if m.seen != nil {
		if m.seen[x.hash] {
			return
		}
		m.seen[x.hash] = true
	}
	for i := n.point + 1; i < len(x.points); i++ {
		p := x.points[i]
		if !slices.Contains(m.kinds, p.kind) || n.depth == 0 && m.first != nil && !slices.Contains(m.first, p.kind) {
			continue
		}
		if n.depth == m.bound {
			m.cut = true
			return
		}
		m.vary(p, func(d departure) { m.add(&node{d, from, n.depth + 1, i, p.trail}) }, x)
	}
}

// strays reports whether x, the run of n, is another one than that which n
// continues before it departs. A delay may depart before its turn comes.
func (n *node) strays(x *execution) bool {
	return n.depth > 0 && n.kind != delay && n.point < len(x.points) && x.points[n.point].trail != n.trail
}

// vary calls add with each departure at p.
func (m *moves) vary(p point, add func(departure), x *execution) {
	d := p.departure
	switch p.kind {
	case cancelEarly, cancelLate:
		if m.mayCancel(d.lane) && (d.kind == cancelEarly || d.nth > 0) { // before the first step, both are the same
			add(d)
		}
	case delay:
		if d.lane == timeLane {
			return
		}
		add(d)
		for id := range x.tasks {
			if d.value = taskLane(uint64(id + 1)); d.value != d.lane {
				add(d)
			}
		}
	default:
		for d.value = 1; d.value < p.options; d.value++ {
			add(d)
		}
	}
}

// add queues n, or leaves another one out if there are more than can be tried.
func (m *moves) add(n *node) {
	for len(m.levels) < n.depth {
		m.levels = append(m.levels, nil)
	}
	level := &m.levels[n.depth-1]
	if len(*level) < min(m.Schedules, mostQueued) {
		*level = append(*level, n)
		return
	}
	m.cut = true
	(*level)[m.dice.n(len(*level))] = n
}

// mostQueued is how many schedules of as many departures wait at most.
const mostQueued = 200_000

// schedule returns the departures up to n.
func (n *node) schedule() (s schedule) {
	for ; n != nil; n = n.from {
		s = append(s, n.departure)
	}
	slices.Reverse(s)
	return s
}

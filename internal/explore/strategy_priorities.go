package explore

// priorities is PCT, probabilistic concurrency testing: each lane has a random
// priority, the highest one runs, and at a few random steps the one that would
// run falls below all others. A task that waits in a loop falls as well, or it
// would keep the others from ever running.
type priorities struct {
	*search
	dice  dice
	extra bool

	ranks   []uint64 // by lane; 0: none yet
	lowest  uint64
	changes []int // the steps at which one falls
}

const middle = 1 << 62 // fallen priorities lie below, the others above

func (*priorities) start(*execution) {}

func (p *priorities) next() (plan, bool) {
	if p.allOrders && !p.extra {
		return plan{}, false
	}
	p.ranks, p.lowest, p.changes = p.ranks[:0], middle, p.changes[:0]
	for range p.dice.n(p.Depth) {
		p.changes = append(p.changes, 1+p.dice.n(p.steps))
	}
	made := plan{name: "priorities", policy: p, late: p.Late, choices: newFaults(p.dice)}
	if p.extra {
		return p.interrupted(made, p.dice)
	}
	return made, true
}

func (p *priorities) choose(step int, from []candidate) int {
	for _, c := range from {
		if c.spins {
			p.fall(c.lane)
		}
	}
	best := p.highest(from)
	for _, s := range p.changes {
		if s == step {
			p.fall(from[best].lane)
			best = p.highest(from)
		}
	}
	return best
}

func (p *priorities) highest(from []candidate) (best int) {
	for i, c := range from {
		if *p.rank(c.lane) > *p.rank(from[best].lane) {
			best = i
		}
	}
	return best
}

// fall puts a lane below all others.
func (p *priorities) fall(lane int) {
	p.lowest--
	*p.rank(lane) = p.lowest
}

func (p *priorities) rank(lane int) *uint64 {
	for len(p.ranks) <= lane {
		p.ranks = append(p.ranks, 0)
	}
	if p.ranks[lane] == 0 {
		p.ranks[lane] = middle + p.dice.pcg.Uint64()>>2
	}
	return &p.ranks[lane]
}

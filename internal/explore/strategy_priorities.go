package explore

import "math/rand/v2"

// priorities is PCT, probabilistic concurrency testing: each task has a random priority, the highest one runs, and at
// depth-1 random steps the one that would run falls below all others. A task that passes the baton of its own will
// falls as well, or one that waits in a loop would keep the others from ever running.
type priorities struct {
	rng   *rand.Rand
	depth int
	steps int // of the first schedule

	ranks   []uint64 // by lane; 0: none yet
	lowest  uint64
	changes []int // the steps at which one falls
}

const middle = 1 << 62 // fallen priorities lie below, the others above

func (p *priorities) start(first *execution) { p.steps = first.steps }

func (p *priorities) next() (plan, bool) {
	p.ranks, p.lowest, p.changes = p.ranks[:0], middle, p.changes[:0]
	for range p.rng.IntN(p.depth) {
		p.changes = append(p.changes, 1+p.rng.IntN(p.steps))
	}
	return plan{way: "priorities", policy: p}, true
}

func (p *priorities) choose(step int, from []candidate) int {
	for _, c := range from {
		if c.yielded {
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
		p.ranks[lane] = middle + p.rng.Uint64N(middle)
	}
	return &p.ranks[lane]
}

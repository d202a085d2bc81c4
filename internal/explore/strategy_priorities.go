package explore

// priorities makes plans of PCT, probabilistic concurrency testing.
type priorities struct {
	*search
	dice  dice
	extra bool
}

const middle = 1 << 62 // fallen priorities lie below, the others above

func (*priorities) start(*execution) {}

func (p *priorities) next() (plan, bool) {
	if p.allOrders && !p.extra {
		return plan{}, false
	}
	r := &ranking{dice: p.dice.split(), lowest: middle}
	for range r.dice.n(p.Depth) {
		r.changes = append(r.changes, 1+r.dice.n(p.steps))
	}
	made := plan{name: "priorities", policy: r, late: p.Late, choices: newFaults(r.dice)}
	if p.extra {
		return p.interrupted(made, r.dice)
	}
	return made, true
}

func (*priorities) end() {}

// A ranking has a random priority for each lane: the highest one runs, and at a
// few random steps the one that would run falls below all others. A task that
// waits in a loop falls as well, or it would keep the others from ever running.
type ranking struct {
	dice    dice
	ranks   []uint64 // by lane; 0: none yet
	lowest  uint64
	changes []int // the steps at which one falls
}

func (r *ranking) choose(step int, from []candidate) int {
	for _, c := range from {
		if c.spins {
			r.fall(c.lane)
		}
	}
	best := r.highest(from)
	for _, s := range r.changes {
		if s == step {
			r.fall(from[best].lane)
			best = r.highest(from)
		}
	}
	return best
}

func (r *ranking) highest(from []candidate) (best int) {
	for i, c := range from {
		if *r.rank(c.lane) > *r.rank(from[best].lane) {
			best = i
		}
	}
	return best
}

// fall puts a lane below all others.
func (r *ranking) fall(lane int) {
	r.lowest--
	*r.rank(lane) = r.lowest
}

func (r *ranking) rank(lane int) *uint64 {
	for len(r.ranks) <= lane {
		r.ranks = append(r.ranks, 0)
	}
	if r.ranks[lane] == 0 {
		r.ranks[lane] = middle + r.dice.pcg.Uint64()>>2
	}
	return &r.ranks[lane]
}

package explore

import "slices"

// exhaustive departs from the first schedule once at each place, then twice, and so on up to its bound: all schedules
// with few departures, those with fewer first. Most bugs need one or two.
type exhaustive struct {
	bound int
	most  int // how many plans are wanted at most
	queue []*departure
}

// departure is a schedule that departs once more than the one that it continues.
type departure struct {
	turnAt
	from  *departure // nil: the first schedule
	depth int
}

func (x *exhaustive) start(first *execution) { x.branch(new(departure), nil, first) }

func (x *exhaustive) next() (plan, bool) {
	if len(x.queue) == 0 {
		return plan{}, false
	}
	d := x.queue[0]
	x.queue = x.queue[1:]
	return plan{way: "exhaustive", policy: &follow{turns: d.turns()}, learn: func(a *execution) { x.branch(d, d, a) }}, true
}

// branch queues all departures from a, the execution at d, that come after those of d.
func (x *exhaustive) branch(d, from *departure, a *execution) {
	if d.depth == x.bound {
		return
	}
	for step := d.step; step < len(a.widths); step++ {
		for choice := 1; choice < a.widths[step] && len(x.queue) < x.most; choice++ {
			x.queue = append(x.queue, &departure{turnAt{step + 1, choice}, from, d.depth + 1})
		}
	}
}

// turns are the turns of the schedule.
func (d *departure) turns() (turns []turnAt) {
	for ; d != nil; d = d.from {
		turns = append(turns, d.turnAt)
	}
	slices.Reverse(turns)
	return turns
}

package explore

// shrinkLimit is how many schedules a shrinking may try.
const shrinkLimit = 2000

// shrink makes the schedule of f, which fails, as short as it finds: fewer
// departures from asyncio's order, and smaller ones.
func (s *search) shrink(f *finding) {
	r := &shrinking{search: s, f: f}
	f.shrunk = len(f.schedule)
	r.drop()
	r.replaceByDelay()
	for more := true; more && f.tries < shrinkLimit; {
		more = r.drop()
		more = r.shift() || more
		more = r.lower() || more
	}
}

type shrinking struct {
	*search
	f *finding
}

// try keeps c in place of the best schedule so far if it fails, and is better.
func (r *shrinking) try(c schedule) bool {
	if r.f.tries++; r.f.tries > shrinkLimit {
		return false
	}
	x := r.again(c, nil)
	if !x.tb.Failed() || !r.isBetter(x) {
		return false
	}
	r.f.schedule, r.f.steps = x.took.clone(), x.steps
	return true
}

func (r *shrinking) isBetter(x *execution) bool {
	switch size, best := len(x.took), len(r.f.schedule); {
	case size != best:
		return size < best
	case x.steps != r.f.steps:
		return x.steps < r.f.steps
	}
	return x.took.weight() < r.f.schedule.weight()
}

// drop leaves out departures: half of them, a quarter, and so on down to single
// ones.
func (r *shrinking) drop() (shorter bool) {
	for chunk := len(r.f.schedule); chunk > 0; chunk /= 2 {
		for i := 0; i+chunk <= len(r.f.schedule); {
			if r.try(r.f.schedule.without(i, chunk)) {
				shorter = true
			} else {
				i += chunk
			}
		}
	}
	return shorter
}

// replaceByDelay looks for a task that need only be late to make the schedule
// fail, in place of many turns: that is what a reader understands.
func (r *shrinking) replaceByDelay() {
	turns, rest := r.f.schedule.split()
	if len(turns) < 2 {
		return
	}
	x := r.run(plan{script: r.f.schedule, learn: func(*execution) {}}, nil)
	tasks := x.tasks
	var late []departure
	for _, p := range x.points {
		if p.kind == delay && p.lane != timeLane {
			late = append(late, p.departure)
		}
	}
	for _, d := range late {
		for id := range tasks + 1 {
			if d.value = 0; id > 0 {
				d.value = taskLane(uint64(id))
			}
			if r.f.tries > shrinkLimit/2 || r.try(append(rest.clone(), d)) {
				return
			}
		}
	}
	r.replaceByDelays(late, rest)
}

// replaceByDelays looks for two tasks that are late.
func (r *shrinking) replaceByDelays(late []departure, rest schedule) {
	if len(r.f.schedule) < len(rest)+3 {
		return
	}
	for i, first := range late {
		for _, second := range late[i+1:] {
			if r.f.tries > shrinkLimit/2 || r.try(append(rest.clone(), first, second)) {
				return
			}
		}
	}
}

// shift leaves out a departure and has those behind it that are counted alike
// earlier or later: without it, other steps, waits or choices lie between.
func (r *shrinking) shift() (shorter bool) {
	for i := 0; i < len(r.f.schedule); i++ {
		for by := -2; by <= 2 && i < len(r.f.schedule); by++ {
			if c, moved := r.f.schedule.shifted(i, by); moved {
				shorter = r.try(c) || shorter
			}
		}
	}
	return shorter
}

// shifted returns s without departure i, and with those behind it that are
// counted alike moved. It returns false if there are none.
func (s schedule) shifted(i, by int) (c schedule, moved bool) {
	c = s.without(i, 1)
	for j := range c[i:] {
		if d := &c[i+j]; d.kind == s[i].kind && d.lane == s[i].lane {
			d.nth, moved = max(0, d.nth+by), true
		}
	}
	return c, moved
}

// lower takes candidates and choices that stand further ahead, and delays that
// end by themselves.
func (r *shrinking) lower() (lower bool) {
	for i := 0; i < len(r.f.schedule); i++ {
		for value := 0; i < len(r.f.schedule) && value < r.f.schedule[i].value; value++ {
			d := r.f.schedule[i]
			if value == 0 && d.kind == turn || value > 0 && d.kind == delay {
				continue
			}
			d.value = value
			lower = r.try(r.f.schedule.with(i, d)) || lower
		}
	}
	return lower
}

// weight returns how far from the front the candidates and choices were taken.
func (s schedule) weight() (sum int) {
	for _, d := range s {
		sum += max(d.value, 0)
	}
	return sum
}

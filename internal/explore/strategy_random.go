package explore

// random makes plans that take any candidate.
type random struct {
	*search
	dice  dice
	extra bool
}

func (*random) start(*execution) {}

func (r *random) next() (plan, bool) {
	if r.allOrders && !r.extra {
		return plan{}, false
	}
	d := r.dice.split()
	rate := 1 << max(0, d.n(5)-1) // 1, 1, 2, 4, 8
	p := plan{name: "chance", policy: &anyone{d, rate}, late: r.Late, choices: newFaults(d)}
	if r.extra {
		return r.interrupted(p, d)
	}
	return p, true
}

func (*random) end() {}

// anyone takes any candidate, at one step in rate.
type anyone struct {
	dice dice
	rate int
}

func (a *anyone) choose(_ int, from []candidate) int {
	if a.rate > 1 && !a.dice.once(a.rate) {
		return 0
	}
	return a.dice.n(len(from))
}

// interrupted returns p with cancellations, or with timers that come late, by
// chance; false if neither is possible.
func (s *search) interrupted(p plan, d dice) (plan, bool) {
	cancels, late := s.canCancel(), s.canBeLate()
	if !cancels && !late {
		return p, false
	}
	if s.Strategy != Mixed && d.once(4) {
		return p, true
	}
	p.extra = true
	if p.late = late && (s.Late || !cancels || d.once(2)); p.late {
		p.name += ", late timers"
	}
	if cancels && (!p.late || d.once(2)) {
		p.name += ", cancellations"
		p.cancels = newRandomCancels(s, d)
	}
	return p, true
}

// randomCancels cancels a task or two by chance: in any wait that there is, be
// it of the first schedule or not, and more often than not once more in the
// same task, while it cleans up.
type randomCancels struct {
	*search
	dice  dice
	left  int // how many cancellations, after the next
	next  int // in how many waits; 0: there is no next
	lane  int // the task that is canceled once more; 0: none
	again int // in how many of its waits
}

func newRandomCancels(s *search, d dice) *randomCancels {
	return &randomCancels{search: s, dice: d, left: d.n(3), next: 1 + d.n(max(1, s.waits))}
}

// cancel reports whether it is the turn of d.
func (r *randomCancels) cancel(d departure) bool {
	switch {
	case !r.mayCancel(d.lane):
		return false
	case r.lane == d.lane:
		if r.again--; r.again == 0 {
			r.lane = 0
			return true
		}
	case r.next > 0:
		if r.next--; r.next == 0 {
			r.plan(d)
			return true
		}
	}
	return false
}

// plan draws the next cancellation, after that of d.
func (r *randomCancels) plan(d departure) {
	if r.left == 0 {
		return
	}
	r.left--
	if r.dice.once(2) {
		r.lane, r.again = d.lane, 1+r.dice.n(4)
	} else {
		r.next = 1 + r.dice.n(max(1, r.waits/2))
	}
}

// faults draw what Choose returns.
type faults struct {
	dice dice
	rate int // any choice once in so many times, else the first
}

func newFaults(d dice) *faults { return &faults{d, 1 << d.n(4)} }

func (f *faults) draw(n int) int {
	if !f.dice.once(f.rate) {
		return 0
	}
	return f.dice.n(n)
}

package explore

import "slices"

// shrinkLimit is how many schedules a shrinking may try.
const shrinkLimit = 2000

// shrink makes the schedule of f, which fails, as short as it finds: fewer departures from the order of the ready queue,
// and smaller ones.
func (x *search) shrink(f *finding) {
	s := &shrinking{x: x, f: f}
	f.shrunk = f.schedule.size()
	for more := true; more && f.tries < shrinkLimit; {
		more = s.dropTurns()
		more = s.shiftTurns() || more
		more = s.dropCancels() || more
		more = s.lowerTurns() || more
	}
}

type shrinking struct {
	x *search
	f *finding
}

// try keeps c in place of the best schedule so far if it fails, and is better.
func (s *shrinking) try(c schedule) bool {
	if s.f.tries++; s.f.tries > shrinkLimit {
		return false
	}
	a := s.x.again(c, nil)
	if !a.tb.Failed() || !s.better(a) {
		return false
	}
	s.f.schedule, s.f.steps = a.took.clone(), a.steps
	return true
}

func (s *shrinking) better(a *execution) bool {
	switch size, best := a.took.size(), s.f.schedule.size(); {
	case size != best:
		return size < best
	case a.steps != s.f.steps:
		return a.steps < s.f.steps
	}
	return a.took.weight() < s.f.schedule.weight()
}

// dropTurns leaves out turns: half of them, a quarter, and so on down to single ones.
func (s *shrinking) dropTurns() (shorter bool) {
	for chunk := len(s.f.schedule.turns); chunk > 0; chunk /= 2 {
		for i := 0; i+chunk <= len(s.f.schedule.turns); {
			c := s.f.schedule.clone()
			c.turns = slices.Delete(c.turns, i, i+chunk)
			if s.try(c) {
				shorter = true
			} else {
				i += chunk
			}
		}
	}
	return shorter
}

// shiftTurns leaves out a turn and has those behind it earlier or later: without it, other steps lie between.
func (s *shrinking) shiftTurns() (shorter bool) {
	for i := 0; i < len(s.f.schedule.turns); i++ {
		for by := -2; by <= 2 && i < len(s.f.schedule.turns); by++ {
			c := s.f.schedule.clone()
			c.turns = slices.Delete(c.turns, i, i+1)
			for j := range c.turns[i:] {
				c.turns[i+j].step += by
			}
			shorter = s.try(c) || shorter
		}
	}
	return shorter
}

// dropCancels leaves out cancellations.
func (s *shrinking) dropCancels() (shorter bool) {
	for i := 0; i < len(s.f.schedule.cancels); {
		c := s.f.schedule.clone()
		c.cancels = slices.Delete(c.cancels, i, i+1)
		if s.try(c) {
			shorter = true
		} else {
			i++
		}
	}
	return shorter
}

// lowerTurns takes candidates that stand further ahead.
func (s *shrinking) lowerTurns() (lower bool) {
	for i := 0; i < len(s.f.schedule.turns); i++ {
		for choice := 1; i < len(s.f.schedule.turns) && choice < s.f.schedule.turns[i].choice; choice++ {
			c := s.f.schedule.clone()
			c.turns[i].choice = choice
			lower = s.try(c) || lower
		}
	}
	return lower
}

func (c schedule) clone() schedule {
	return schedule{slices.Clone(c.turns), slices.Clone(c.cancels)}
}

// weight is how far from the front of the queue the candidates were taken.
func (c schedule) weight() (sum int) {
	for _, t := range c.turns {
		sum += t.choice
	}
	return sum
}

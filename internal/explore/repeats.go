package explore

// repeats are schedules that were tried, of which one is tried again now and
// then: a test that does not do the same in the same schedule cannot be
// explored.
type repeats struct {
	dice dice
	kept []repeat
	seen int
}

// A repeat is a schedule and the trail that its run left.
type repeat struct {
	schedule schedule
	hash     uint64
}

// kept is how many schedules are remembered. Of every so many schedules, one is
// tried again at once, and one of those that are remembered.
const (
	kept  = 64
	every = 16
)

// add remembers the schedule of x, perhaps in place of another one. The first
// one is remembered for good.
func (r *repeats) add(x *execution) {
	r.seen++
	n := len(r.kept)
	if n == kept {
		if n = 1 + r.dice.n(r.seen); n >= kept {
			return
		}
	} else {
		r.kept = append(r.kept, repeat{})
	}
	r.kept[n] = repeat{x.took.clone(), x.hash}
}

// check looks whether the body does the same twice: in x's schedule at powers
// of two, in another one now and then. It fails the test if the body does not.
func (s *search) check(x *execution) bool {
	s.t.Helper()
	s.repeats.add(x)
	if s.tried&(s.tried-1) == 0 && !s.same(x.took.clone()) {
		return false
	}
	if s.strayed {
		s.changed(x.took.clone())
		return false
	}
	switch s.tried % every {
	case 0:
		return s.isRepeated(repeat{x.took.clone(), x.hash})
	case every / 2:
		return s.repeat()
	}
	return true
}

// repeat tries one of the schedules again that were tried before. It returns
// false, and fails the test, if the body does not do the same.
func (s *search) repeat() bool {
	s.t.Helper()
	return s.isRepeated(s.repeats.kept[s.repeats.dice.n(len(s.repeats.kept))])
}

// isRepeated tries a schedule again and reports whether the body does the same.
func (s *search) isRepeated(r repeat) bool {
	s.t.Helper()
	again := s.again(r.schedule, nil)
	switch {
	case again.tb.Failed():
		s.unsteady(r.schedule)
	case again.hash == r.hash:
		return true
	default:
		s.changed(r.schedule)
	}
	return false
}

// changed fails the test because the body does not do in a schedule what it did
// before.
func (s *search) changed(c schedule) {
	s.t.Helper()
	if s.same(c) {
		s.t.Errorf("asynctest: the test is not deterministic: in the same schedule (%s) it did not do the same as some schedules before.\n%s", c, causes)
	}
}

// repeatMore tries schedules again where there are few of them.
func (s *search) repeatMore() bool {
	s.t.Helper()
	for n := s.tried; n < min(s.Schedules, fewSchedules); n++ {
		if !s.repeat() {
			return false
		}
	}
	return true
}

// fewSchedules is how many there are at least, for the sake of repetition.
const fewSchedules = 64

const causes = "Does it range over a map, read the machine's clock, roll dice, or keep state from one schedule to the next?"

// same reports whether the body does the same twice in a schedule that does not
// fail, and fails the test if it does not.
func (s *search) same(c schedule) bool {
	s.t.Helper()
	first, second := new(history), new(history)
	failed := s.again(c, first).tb.Failed()
	failed = s.again(c, second).tb.Failed() || failed
	if !s.sameHistory(c, first, second) {
		return false
	}
	if failed {
		s.unsteady(c)
	}
	return !failed
}

// unsteady fails the test because a schedule failed once, and another time did
// not.
func (s *search) unsteady(c schedule) {
	s.t.Helper()
	s.t.Errorf("asynctest: the test is not deterministic: in the same schedule (%s) it failed once, and once it did not.\n%s", c, causes)
}

func (s *search) sameHistory(c schedule, first, second *history) bool {
	s.t.Helper()
	d := difference(first, second)
	if d != "" {
		s.t.Errorf("asynctest: the test is not deterministic: in the same schedule (%s) it did not do the same twice.\n%s\n%s", c, d, causes)
	}
	return d == ""
}

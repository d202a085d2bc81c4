package explore

// A plan is what an execution is to try.
type plan struct {
	name    string             // how it was found
	script  schedule           // departures that it takes for certain
	policy  policy             // decides who runs where the script does not; nil: the first
	cancels canceler           // decides who is canceled; nil: nobody else
	choices *faults            // decides what Choose returns; nil: the first
	late    bool               // timers may fire while something is ready
	extra   bool               // it may cancel, and let timers be late
	learn   func(x *execution) // shows it the run
}

// A policy decides which candidate runs.
type policy interface {
	// choose returns the number, from 0, of the candidate that runs at a
	// step. There are at least two.
	choose(step int, from []candidate) int
}

// A canceler decides which waits are canceled.
type canceler interface {
	// cancel reports whether the task of a lane is to be canceled in a
	// wait.
	cancel(d departure) bool
}

// A point is where an execution could have departed, and in how many ways, with
// the one that it took.
type point struct {
	departure
	options int
	trail   uint64 // the hash of what came before
}

// A source makes plans, one after the other.
type source interface {
	// start shows it the first execution.
	start(first *execution)
	// next returns a plan, or false when there are no more: for good, or
	// until the plans that it has given were tried.
	next() (plan, bool)
	// end is called when there are no more for good.
	end()
}

// sources returns where the schedules come from, all but the first; each is
// asked in turn.
func (s *search) sources() []source {
	switch s.Strategy {
	case Random:
		return []source{&random{search: s, dice: newDice(s.Seed, 1), extra: s.Cancel}}
	case Priorities:
		return []source{&priorities{search: s, dice: newDice(s.Seed, 2), extra: s.Cancel}}
	case Exhaustive:
		return []source{s.orders()}
	}
	all := []source{
		s.orders(),
		&priorities{search: s, dice: newDice(s.Seed, 4)},
		s.few("few delays", 3, delay, choice),
		&random{search: s, dice: newDice(s.Seed, 5)},
	}
	if s.canCancel() {
		cancels := s.few("few cancellations", 10, cancelEarly, cancelLate)
		if all = append(all, cancels); s.Cancel { // more of what was asked for
			all = append(all, cancels, cancels)
		}
	}
	return append(all,
		&priorities{search: s, dice: newDice(s.Seed, 6), extra: true},
		&random{search: s, dice: newDice(s.Seed, 7), extra: true})
}

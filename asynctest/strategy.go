package asynctest

import "math/rand/v2"

// A plan is what an attempt is to try.
type plan struct {
	way     string // how it was found
	picker  picker
	cancels []cancelAt
	learn   func(a *attempt) // is told how it went; nil: nobody is
}

// A source makes plans, one after the other.
type source interface {
	// start shows it the first schedule.
	start(first *attempt)
	// next returns a plan, or false when there are no more.
	next() (plan, bool)
}

// source is the source of all schedules but the first.
func (e Explorer) source() source {
	rng := rand.New(rand.NewPCG(e.Seed, 0))
	all := map[Strategy]source{
		Random:     random{rng},
		Priorities: &priorities{rng: rng, depth: e.Depth},
		Exhaustive: &exhaustive{bound: e.Deviations, most: e.Schedules},
	}
	if e.Cancel {
		all[Random] = &mishaps{source: all[Random], rng: rng}
		all[Priorities] = &mishaps{source: all[Priorities], rng: rng}
	}
	s, ok := all[e.Strategy]
	if !ok {
		s = &inTurns{sources: []source{all[Exhaustive], all[Priorities], all[Random]}}
	}
	if e.Cancel {
		s = &inTurns{sources: []source{new(canceling), s}}
	}
	return s
}

// random takes any candidate at each step.
type random struct{ rng *rand.Rand }

func (random) start(*attempt) {}

func (r random) next() (plan, bool) { return plan{way: "chance", picker: r}, true }

func (r random) pick(_ int, from []candidate) int { return r.rng.IntN(len(from)) }

// inTurns asks several sources in turn, as long as they have plans.
type inTurns struct {
	sources []source
	turn    int
}

func (m *inTurns) start(first *attempt) {
	for _, s := range m.sources {
		s.start(first)
	}
}

func (m *inTurns) next() (plan, bool) {
	for len(m.sources) > 0 {
		m.turn %= len(m.sources)
		if p, ok := m.sources[m.turn].next(); ok {
			m.turn++
			return p, true
		}
		m.sources = append(m.sources[:m.turn], m.sources[m.turn+1:]...)
	}
	return plan{}, false
}

package explore

import "math/rand/v2"

// A plan is what an execution is to try.
type plan struct {
	way     string // how it was found
	policy  policy
	cancels []cancelAt
	learn   func(x *execution) // is told how it went; nil: nobody is
}

// A source makes plans, one after the other.
type source interface {
	// start shows it the first schedule.
	start(first *execution)
	// next returns a plan, or false when there are no more.
	next() (plan, bool)
}

// source is the source of all schedules but the first.
func (c Config) source() source {
	rng := rand.New(rand.NewPCG(c.Seed, 0))
	all := map[Strategy]source{
		Random:     random{rng},
		Priorities: &priorities{rng: rng, depth: c.Depth},
		Exhaustive: &exhaustive{bound: c.Deviations, most: c.Schedules},
	}
	if c.Cancel {
		all[Random] = &randomCancels{source: all[Random], rng: rng}
		all[Priorities] = &randomCancels{source: all[Priorities], rng: rng}
	}
	s, ok := all[c.Strategy]
	if !ok {
		s = &alternate{sources: []source{all[Exhaustive], all[Priorities], all[Random]}}
	}
	if c.Cancel {
		s = &alternate{sources: []source{new(canceling), s}}
	}
	return s
}

// random takes any candidate at each step.
type random struct{ rng *rand.Rand }

func (random) start(*execution) {}

func (r random) next() (plan, bool) { return plan{way: "chance", policy: r}, true }

func (r random) choose(_ int, from []candidate) int { return r.rng.IntN(len(from)) }

// alternate asks several sources in turn, as long as they have plans.
type alternate struct {
	sources []source
	turn    int
}

func (m *alternate) start(first *execution) {
	for _, s := range m.sources {
		s.start(first)
	}
}

func (m *alternate) next() (plan, bool) {
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

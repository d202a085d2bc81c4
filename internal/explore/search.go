package explore

import (
	"context"
	"slices"
	"testing"
	"time"
)

// A search tries schedules until one fails.
type search struct {
	Config
	t      testing.TB
	values context.Context
	body   Body

	workers   []*worker // the first runs what is tried alone
	spare     execution // of what is tried alone
	batch     []execution
	turn      int       // of the sources
	tried     int       // schedules
	steps     int       // of the first execution
	waits     int       // of the first execution, of tasks that may be canceled
	patience  int       // see limits
	tolerance tolerance // of the test
	repeats   repeats   // of schedules that were tried
	allOrders bool      // all were tried
	strayed   bool      // a run was not what an earlier one was up to the same place
	covered   coverage
	bubble    bool // of testing/synctest, which knows when nothing more comes from outside
	escapes   bool // something was handed to the outside without one
	began     time.Time
}

// A finding is a schedule that fails.
type finding struct {
	schedule schedule
	steps    int
	number   int // of the schedule
	name     string
	shrunk   int // from how many departures
	tries    int // to shrink it
}

// start sets out.
func (s *search) start() {
	s.t.Helper()
	defer s.endWorkers()
	if again, ok := replayed(s.t); ok {
		s.replay(again)
		return
	}
	if found := s.explore(); found != nil {
		s.report(found)
	}
}

// explore returns the first schedule that fails, as short as can be, or nil.
func (s *search) explore() *finding {
	s.t.Helper()
	first := s.first()
	s.tried = 1
	switch {
	case s.escapes:
		return nil
	case first.tb.Failed():
		return s.found(first)
	case first.skipped:
		s.t.Skip(first.tb.text())
	}
	if s.probe(first.tasks, first.timers); s.escapes {
		return nil
	}
	sources := s.sources()
	first = s.run(plan{learn: func(*execution) {}, late: s.Late}, nil)
	for _, src := range sources {
		src.start(first)
	}
	if !s.check(first) {
		return nil
	}
	return s.tryAll(sources)
}

// first runs the body in asyncio's order, and takes its measure.
func (s *search) first() *execution {
	s.patience = s.MaxSteps / 2
	x := s.run(plan{name: "asyncio's order"}, nil)
	s.steps, s.waits = x.steps, x.waits
	s.patience = min(max(minPatience, 3*x.longest), s.MaxSteps/2)
	return x
}

// minPatience is how many steps an unfair schedule has at least.
const minPatience = 300

// tryAll tries what the sources have, in turn.
func (s *search) tryAll(sources []source) *finding {
	s.t.Helper()
	for s.goesOn() {
		plans := s.draw(&sources)
		if len(plans) == 0 {
			break
		}
		for x := range s.try(plans) {
			if s.tried++; s.escapes {
				return nil
			}
			if f, goesOn := s.take(x); !goesOn {
				return f
			}
		}
	}
	if s.repeatMore() {
		s.summarize()
	}
	return nil
}

// draw returns the plans that are tried next, at the same time, and takes the
// sources away that have no more.
func (s *search) draw(sources *[]source) (plans []plan) {
	var asked []source
	for most := min(s.atOnce(), s.Schedules-s.tried); len(plans) < most && len(*sources) > 0; s.turn++ {
		i := s.turn % len(*sources)
		src := (*sources)[i]
		p, ok := src.next()
		switch {
		case ok:
			plans, asked = append(plans, p), append(asked, src)
		case slices.Contains(asked, src):
			return plans // it may learn from what it has given
		default:
			src.end()
			*sources = slices.Delete(*sources, i, i+1)
		}
	}
	return plans
}

// take looks at a schedule that was tried. It returns false when the search is
// over, with its finding if there is one.
func (s *search) take(x *execution) (f *finding, goesOn bool) {
	s.t.Helper()
	switch {
	case x.tb.Failed():
		f = s.found(x)
		return f, f == nil
	case x.skipped:
		s.t.Skip(x.tb.text())
	}
	s.covered.see(x)
	if x.learn != nil {
		x.learn(x)
	}
	return nil, s.check(x)
}

// goesOn reports whether there are schedules to be tried, and there is time.
func (s *search) goesOn() bool {
	return s.tried < s.Schedules && (s.Time == 0 || time.Since(s.began) < s.Time)
}

// found returns the failure of x as short as can be, or nil if it does not
// count.
func (s *search) found(x *execution) *finding {
	f := &finding{schedule: x.took.clone(), steps: x.steps, number: s.tried, name: x.name}
	extra := x.extra
	s.shrink(f)
	if extra && !s.confirms(f) {
		return nil
	}
	return f
}

// summarize logs what was tried.
func (s *search) summarize() {
	s.t.Helper()
	all := ""
	if s.allOrders {
		all = ": all orders there are"
		if s.canCancel() {
			all += ", and others with cancellations"
		}
	}
	if s.canCancel() {
		all += "; " + s.covered.String()
	}
	s.t.Logf("asynctest: %d schedules tried%s; seed %d", s.tried, all, s.Seed)
}

// run runs the body as a plan wants, and writes down what happens if there is a
// history. What it returns is good until the next run.
func (s *search) run(p plan, h *history) *execution {
	s.workers[0].run(&s.spare, p, h)
	s.escapes = s.spare.escapes
	return &s.spare
}

// again runs a schedule.
func (s *search) again(c schedule, h *history) *execution {
	return s.run(plan{script: c}, h)
}

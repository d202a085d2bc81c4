package explore

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/gobaton/async/internal/sched"
)

// A search tries schedules until one fails.
type search struct {
	Config
	t      testing.TB
	values context.Context
	body   Body

	spare   *execution // to be used again
	coros   sched.Coros
	tried   int  // schedules
	bubble  bool // it is made in a bubble of testing/synctest, which knows when nothing more comes from outside
	escapes bool // something was handed to the outside without one
}

// A finding is a schedule that fails.
type finding struct {
	schedule schedule
	steps    int
	number   int // of the schedule
	way      string
	shrunk   int // from how large a schedule
	tries    int // to shrink it
}

// start sets out.
func (x *search) start() {
	x.t.Helper()
	defer x.coros.End()
	if again, ok := replayed(x.t); ok {
		x.replay(again)
		return
	}
	if found := x.explore(); found != nil {
		x.report(found)
	}
}

// explore returns the first schedule that fails, as short as can be, or nil.
func (x *search) explore() *finding {
	s := x.source()
	p := plan{way: "the first schedule", policy: queueOrder{}}
	for ok := true; ok && x.tried < x.Schedules; p, ok = s.next() {
		x.tried++
		a := x.execution(p)
		if x.escapes {
			return nil
		}
		if a.tb.Failed() {
			f := &finding{schedule: a.took.clone(), steps: a.steps, number: x.tried, way: p.way}
			x.shrink(f)
			return f
		}
		if a.skipped {
			x.t.Skip(a.tb.text())
		}
		if p.learn != nil {
			p.learn(a)
		}
		if x.tried == 1 {
			s.start(a)
		}
		if x.tried&(x.tried-1) == 0 && !x.repeats(a.took.clone()) {
			return nil
		}
	}
	x.t.Logf("asynctest: %d schedules, seed %d", x.tried, x.Seed)
	return nil
}

// execution runs the body in a schedule. What it returns is good until the next execution.
func (x *search) execution(p plan) *execution { return x.run(p, nil) }

// run runs the body in a schedule, and writes down what happens if there is a hihistory.
func (x *search) run(p plan, s *hihistory) *execution {
	if x.spare == nil {
		x.spare = new(execution)
	}
	a := x.spare
	*a = execution{
		policy: p.policy, cancels: p.cancels, limit: x.MaxSteps, late: x.Late, settle: x.settle, hihistory: s, coros: &x.coros,
		from: a.from[:0], tasks: a.tasks[:0], widths: a.widths[:0],
		took: schedule{turns: a.took.turns[:0], cancels: a.took.cancels[:0]},
	}
	a.run(x.t, x.values, x.body)
	return a
}

// settle waits until all other goroutines of the bubble are blocked.
func (x *search) settle() {
	if x.escapes = !x.bubble; x.bubble {
		synctest.Wait()
	}
}

// again runs a schedule.
func (x *search) again(c schedule, s *hihistory) *execution {
	return x.run(plan{policy: &follow{turns: c.turns}, cancels: c.cancels}, s)
}

// repeats reports whether the body does the same twice in the same schedule, and fails the test if it does not.
func (x *search) repeats(c schedule) bool {
	x.t.Helper()
	first, second := new(hihistory), new(hihistory)
	failed := x.again(c, first).tb.Failed()
	failed = x.again(c, second).tb.Failed() || failed
	if !x.same(c, first, second) {
		return false
	}
	if failed {
		x.unsteady(c)
	}
	return !failed
}

// unsteady fails the test because a schedule failed once, and another time did not.
func (x *search) unsteady(c schedule) {
	x.t.Helper()
	x.t.Errorf("asynctest: the test is not deterministic: in the same schedule (%s) it failed once, and once it did not.\n"+
		"Does it read the machine's clock, roll dice, or keep state from one schedule to the next?", c)
}

func (x *search) same(c schedule, first, second *hihistory) bool {
	x.t.Helper()
	d := difference(first, second)
	if d != "" {
		x.t.Errorf("asynctest: the test is not deterministic: in the same schedule (%s) it did not do the same twice.\n%s\n"+
			"Does it range over a map, read the machine's clock, roll dice, or keep state from one schedule to the next?", c, d)
	}
	return d == ""
}

package asynctest

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/gobaton/async/internal/sched"
)

// An expedition is an Explorer under way.
type expedition struct {
	Explorer
	t      testing.TB
	values context.Context
	body   func(t testing.TB, ctx context.Context)

	spare   *attempt // to be used again
	coros   sched.Coros
	tried   int  // schedules
	bubble  bool // it is made in a bubble of testing/synctest, which knows when nothing more comes from outside
	escapes bool // something was handed to the outside without one
}

// A finding is a schedule that fails.
type finding struct {
	course course
	steps  int
	number int // of the schedule
	way    string
	shrunk int // from how large a course
	tries  int // to shrink it
}

// start sets out.
func (x *expedition) start() {
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
func (x *expedition) explore() *finding {
	s := x.source()
	p := plan{way: "the first schedule", picker: inTurn{}}
	for ok := true; ok && x.tried < x.Schedules; p, ok = s.next() {
		x.tried++
		a := x.attempt(p)
		if x.escapes {
			return nil
		}
		if a.tb.Failed() {
			f := &finding{course: a.took.clone(), steps: a.steps, number: x.tried, way: p.way}
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

// attempt runs the body in a schedule. What it returns is good until the next attempt.
func (x *expedition) attempt(p plan) *attempt { return x.run(p, nil) }

// run runs the body in a schedule, and writes down what happens if there is a story.
func (x *expedition) run(p plan, s *story) *attempt {
	if x.spare == nil {
		x.spare = new(attempt)
	}
	a := x.spare
	*a = attempt{
		picker: p.picker, cancels: p.cancels, limit: x.MaxSteps, late: x.Late, settle: x.settle, story: s, coros: &x.coros,
		from: a.from[:0], tasks: a.tasks[:0], widths: a.widths[:0],
		took: course{turns: a.took.turns[:0], cancels: a.took.cancels[:0]},
	}
	a.run(x.t, x.values, x.body)
	return a
}

// settle waits until all other goroutines of the bubble are blocked.
func (x *expedition) settle() {
	if x.escapes = !x.bubble; x.bubble {
		synctest.Wait()
	}
}

// again runs a course.
func (x *expedition) again(c course, s *story) *attempt {
	return x.run(plan{picker: &follow{turns: c.turns}, cancels: c.cancels}, s)
}

// repeats reports whether the body does the same twice in the same schedule, and fails the test if it does not.
func (x *expedition) repeats(c course) bool {
	x.t.Helper()
	first, second := new(story), new(story)
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

// unsteady fails the test because a course failed once, and another time did not.
func (x *expedition) unsteady(c course) {
	x.t.Helper()
	x.t.Errorf("asynctest: the test is not deterministic: in the same schedule (%s) it failed once, and once it did not.\n"+
		"Does it read the machine's clock, roll dice, or keep state from one schedule to the next?", c)
}

func (x *expedition) same(c course, first, second *story) bool {
	x.t.Helper()
	d := difference(first, second)
	if d != "" {
		x.t.Errorf("asynctest: the test is not deterministic: in the same schedule (%s) it did not do the same twice.\n%s\n"+
			"Does it range over a map, read the machine's clock, roll dice, or keep state from one schedule to the next?", c, d)
	}
	return d == ""
}

package explore

import (
	"context"
	"errors"
	"testing"

	"github.com/gobaton/async/internal/clock"
	"github.com/gobaton/async/internal/sched"
)

// A Tester is a loop that is under test.
type Tester struct {
	Loop *sched.Loop // in virtual time

	t          testing.TB
	properties []*property
	watched    bool // an observer looks at them when the baton passes
	broken     bool // one failed that should hold always
	choosing   chooser
}

// NewTester makes a loop in virtual time whose troubles fail t.
func NewTester(t testing.TB, values context.Context) *Tester {
	u := &Tester{t: t}
	u.Loop = sched.New(sched.Config{
		Clock: clock.NewVirtual(), ReportAtClose: true, Debug: true, OnError: u.report, Values: values,
	})
	u.Loop.Tester = u
	return u
}

// A chooser decides what Choose returns.
type chooser interface {
	Choose(t *sched.Task, n int) int
}

// Choose returns what the schedule wants of n choices, 0 outside of a search.
// It is for the task of ctx.
func Choose(ctx context.Context, n int) int {
	p := sched.Enter(ctx)
	u, ok := p.Task().Loop().Tester.(*Tester)
	if !ok || u.choosing == nil {
		return 0
	}
	return u.choosing.Choose(p.Task(), n)
}

// TesterOf returns the tester whose loop ctx belongs to. It panics, in the name
// of the caller, where that is none.
func TesterOf(ctx context.Context, caller string) *Tester {
	if u, ok := sched.Of(ctx).Tester.(*Tester); ok {
		return u
	}
	panic("asynctest: " + caller + " works in loops of asynctest.Run and Explore: use one of them in place of async.Run")
}

// report fails the test for what nothing else would report. A panic in a task
// is left to the task's awaiter, at the latest to Close.
func (u *Tester) report(e *sched.Event) {
	var panicked *sched.PanicError
	if e.Task != "" && errors.As(e.Err, &panicked) {
		return
	}
	name := e.Task
	if e.Started != "" {
		name += " (started at " + e.Started + ")"
	}
	u.t.Errorf("%s: %s: %v", name, e.Message, e.Err)
	if errors.Is(e.Err, sched.ErrStalled) {
		u.Loop.Stop() // or the test would wait for its timeout
	}
}

// Start starts f as task t of the loop, whose end ends the loop's Run.
func (u *Tester) Start(t *sched.Task, f func(ctx context.Context)) {
	last := sched.NewLink((*stop)(u.Loop))
	u.Loop.Start(t, u.Loop, test(f))
	t.Notify(&last)
}

// test is a test as what its task runs.
type test func(ctx context.Context)

// Run runs the test. It is called by the scheduler.
func (f test) Run(t *sched.Task) error {
	f(t)
	return nil
}

// Describe names the task. It is called by the scheduler.
func (f test) Describe() string { return "the test" }

type stop sched.Loop

// Fire ends the loop's run.
func (s *stop) Fire() { (*sched.Loop)(s).Stop() }

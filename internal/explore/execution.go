package explore

import (
	"context"
	"fmt"
	"testing"

	"github.com/gobaton/async/internal/clock"
	"github.com/gobaton/async/internal/sched"
)

// An execution runs a body once, in one schedule. It is the picker of its loop, and its observer.
type execution struct {
	Tester
	tb        *scheduleTB
	policy    policy
	cancels   []cancelAt
	limit     int        // of steps
	late      bool       // timers may fire while something is ready
	settle    func()     // see sched.Picker
	hihistory *hihistory // what happens, if somebody wants to know
	coros     *sched.Coros

	main    sched.Task
	from    []candidate
	tasks   []progress // by number
	over    bool       // the body has ended: order is no longer explored
	stuck   bool       // the limit was reached
	steps   int
	waits   int      // of tasks other than the body's
	widths  []int    // how many candidates each step had
	took    schedule // what was taken
	skipped bool
}

// progress is how far a task has come.
type progress struct {
	wait    int // the number of its wait
	yielded bool
}

// run runs body and reports whether it failed.
func (a *execution) run(t testing.TB, values context.Context, body Body) (failed bool) {
	a.tb = &scheduleTB{TB: t}
	a.t = a.tb
	a.watched = true // by the execution itself
	a.begin(values)
	a.Start(&a.main, func(ctx context.Context) { body(a.tb, ctx) })
	end := a.Loop.Run(context.Background())
	a.Conclude()
	a.judge(end)
	a.hihistory = nil // what is left is only cleared away
	a.finish()
	a.skipped = a.tb.Skipped()
	return a.tb.Failed()
}

func (a *execution) begin(values context.Context) {
	a.Loop = sched.New(sched.Config{
		Clock: clock.NewVirtual(), ReportAtClose: true, Values: values,
		Debug: a.hihistory != nil, OnError: a.report, Picker: a, Observer: a, Coros: a.coros,
	})
	a.Loop.Tester = &a.Tester
}

// judge fails the schedule for the way the loop came to its end.
func (a *execution) judge(end sched.End) {
	switch {
	case a.broken:
	case a.stuck:
		a.tb.fail(fmt.Sprintf("not over after %d steps (see Explorer.MaxSteps)\n%s", a.limit, a.Loop.Dump()))
	case end == sched.Deadlocked:
		a.tb.fail(a.Loop.Deadlock().Error())
	case a.Loop.Exited() && !a.tb.Failed() && !a.tb.Skipped():
		a.tb.fail(sched.ErrGoexit.Error())
	}
}

// finish ends the loop and what is left in it.
func (a *execution) finish() {
	a.over = true
	a.tb.mute = a.tb.Failed()
	a.limit += a.steps
	if deadlock := a.Loop.EndTasks(nil); deadlock != nil {
		a.tb.fail(deadlock.Error())
	}
	if p := a.Loop.Close(); p != nil {
		a.tb.fail(p.Error())
	}
	a.tb.clean()
}

// Next takes the entry that the policy wants. It is called by the scheduler.
func (a *execution) Next(ready []sched.Entry) int {
	if a.steps++; a.steps > a.limit {
		return a.giveUp()
	}
	switch {
	case a.over:
		return 0
	case a.broken || a.Loop.Exited():
		return sched.Halt
	}
	a.candidates(ready)
	a.widths = append(a.widths, len(a.from))
	choice := 0
	if len(a.from) > 1 {
		choice = a.policy.choose(a.steps, a.from)
	}
	if choice > 0 {
		a.took.turns = append(a.took.turns, turnAt{a.steps, choice})
	}
	c := a.from[choice]
	if c.index == sched.PassTime {
		a.hihistory.step(a, choice, nil)
		return c.index
	}
	a.hihistory.step(a, choice, ready[c.index])
	if t, ok := ready[c.index].(*sched.Task); ok {
		a.resume(t)
	}
	return c.index
}

// Settle waits until nothing more comes in from outside. It is called by the scheduler.
func (a *execution) Settle() { a.settle() }

// giveUp ends a schedule that has taken too many steps, or does not come to its end although its tasks are canceled.
func (a *execution) giveUp() int {
	a.stuck = true
	if a.over {
		a.Loop.Kill()
	}
	return sched.Halt
}

// candidates lists who may run: each task, each that came back from outside, the first of all else, and time, if that
// may pass.
func (a *execution) candidates(ready []sched.Entry) {
	a.from = a.from[:0]
	others := false
	for i, e := range ready {
		switch e := e.(type) {
		case *sched.Task:
			a.from = append(a.from, candidate{i, taskLane(e), a.of(e).yielded})
		case sched.Outsider:
			a.from = append(a.from, candidate{i, outsiderLane(e), false})
		default:
			if !others {
				others = true
				a.from = append(a.from, candidate{i, othersLane, false})
			}
		}
	}
	if a.late && a.Loop.CanPassTime() {
		a.from = append(a.from, candidate{sched.PassTime, timeLane, false})
	}
}

// resume cancels t if it was to be canceled before it goes on.
func (a *execution) resume(t *sched.Task) {
	p := a.of(t)
	p.yielded = false
	if a.wants(cancelAt{p.wait, true}) {
		a.cancel(t, cancelAt{p.wait, true})
	}
}

// of is how far t has come.
func (a *execution) of(t *sched.Task) *progress {
	for uint64(len(a.tasks)) <= t.ID() {
		a.tasks = append(a.tasks, progress{wait: -1})
	}
	return &a.tasks[t.ID()]
}

// waiting notes that t begins to wait, and cancels it if that is wanted.
func (a *execution) waiting(t *sched.Task) {
	if t == &a.main || a.over {
		return
	}
	a.waits++
	p := a.of(t)
	p.wait = a.waits
	if a.wants(cancelAt{a.waits, false}) {
		a.cancel(t, cancelAt{a.waits, false})
	}
}

func (a *execution) wants(c cancelAt) bool {
	for _, x := range a.cancels {
		if x == c {
			return true
		}
	}
	return false
}

func (a *execution) cancel(t *sched.Task, c cancelAt) {
	a.took.cancels = append(a.took.cancels, c)
	a.hihistory.tell(t, "CANCELED")
	t.Cancel(errInjected)
}

// Started is called by the scheduler.
func (a *execution) Started(t, by *sched.Task) {
	a.hihistory.starts(t, by)
	a.waiting(t)
}

// Suspended is called by the scheduler.
func (a *execution) Suspended(t *sched.Task) {
	a.hihistory.suspends(t)
	a.of(t).yielded = t.Waiting() == nil
	a.passed(t)
	a.waiting(t)
}

// Resumed is called by the scheduler.
func (a *execution) Resumed(*sched.Task) {}

// Ended is called by the scheduler.
func (a *execution) Ended(t *sched.Task) {
	a.hihistory.ends(t)
	a.passed(t)
	if t == &a.main {
		a.over = true
	}
}

package asynctest

import (
	"context"
	"fmt"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// An attempt runs a body once, in one schedule. It is the guide of its loop, and its observer.
type attempt struct {
	lab
	tb      *scheduleTB
	picker  picker
	cancels []cancelAt
	limit   int    // of steps
	late    bool   // timers may fire while something is ready
	settle  func() // see sched.Guide
	story   *story // what happens, if somebody wants to know
	coros   *sched.Coros

	main    sched.Task
	from    []candidate
	tasks   []progress // by number
	over    bool       // the body has ended: order is no longer explored
	stuck   bool       // the limit was reached
	steps   int
	waits   int    // of tasks other than the body's
	widths  []int  // how many candidates each step had
	took    course // what was taken
	skipped bool
}

// progress is how far a task has come.
type progress struct {
	wait    int // the number of its wait
	yielded bool
}

// run runs body and reports whether it failed.
func (a *attempt) run(t testing.TB, values context.Context, body func(t testing.TB, ctx context.Context)) (failed bool) {
	a.tb = &scheduleTB{TB: t}
	a.t = a.tb
	a.watched = true // by the attempt itself
	a.begin(values)
	last := sched.NewLink((*stop)(a.loop))
	a.loop.Start(&a.main, a.loop, main(func(ctx context.Context) { body(a.tb, ctx) }))
	a.main.Notify(&last)
	end := a.loop.Run(context.Background())
	a.conclude()
	a.judge(end)
	a.story = nil // what is left is only cleared away
	a.finish()
	a.skipped = a.tb.Skipped()
	return a.tb.Failed()
}

func (a *attempt) begin(values context.Context) {
	a.loop = sched.New(sched.Config{
		Clock: NewClock(), Patient: true, Values: values,
		Debug: a.story != nil, OnError: a.report, Guide: a, Observer: a, Coros: a.coros,
	})
	a.loop.Lab = &a.lab
}

// judge fails the schedule for the way the loop came to its end.
func (a *attempt) judge(end sched.End) {
	switch {
	case a.broken:
	case a.stuck:
		a.tb.fail(fmt.Sprintf("not over after %d steps (see Explorer.MaxSteps)\n%s", a.limit, a.loop.Dump()))
	case end == sched.Deadlocked:
		a.tb.fail(a.loop.Deadlock().Error())
	case a.loop.Exited() && !a.tb.Failed() && !a.tb.Skipped():
		a.tb.fail(sched.ErrGoexit.Error())
	}
}

// finish ends the loop and what is left in it.
func (a *attempt) finish() {
	a.over = true
	a.tb.mute = a.tb.Failed()
	a.limit += a.steps
	a.loop.EndTasks(nil)
	if p := a.loop.Close(); p != nil {
		a.tb.fail(p.Error())
	}
	a.tb.clean()
}

// Next takes the entry that the picker wants. It is called by the scheduler.
func (a *attempt) Next(ready []sched.Entry) int {
	if a.steps++; a.steps > a.limit {
		return a.giveUp()
	}
	switch {
	case a.over:
		return 0
	case a.broken || a.loop.Exited():
		return sched.Halt
	}
	a.candidates(ready)
	a.widths = append(a.widths, len(a.from))
	choice := 0
	if len(a.from) > 1 {
		choice = a.picker.pick(a.steps, a.from)
	}
	if choice > 0 {
		a.took.turns = append(a.took.turns, turnAt{a.steps, choice})
	}
	c := a.from[choice]
	if c.index == sched.PassTime {
		a.story.step(a, choice, nil)
		return c.index
	}
	a.story.step(a, choice, ready[c.index])
	if t, ok := ready[c.index].(*sched.Task); ok {
		a.resume(t)
	}
	return c.index
}

// Settle waits until nothing more comes in from outside. It is called by the scheduler.
func (a *attempt) Settle() { a.settle() }

// giveUp ends a schedule that has taken too many steps, or does not come to its end although its tasks are canceled.
func (a *attempt) giveUp() int {
	a.stuck = true
	if a.over {
		a.loop.Kill()
	}
	return sched.Halt
}

// candidates lists who may run: each task, each that came back from outside, the first of all else, and time, if that
// may pass.
func (a *attempt) candidates(ready []sched.Entry) {
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
	if a.late && a.loop.CanPassTime() {
		a.from = append(a.from, candidate{sched.PassTime, timeLane, false})
	}
}

// resume cancels t if it was to be canceled before it goes on.
func (a *attempt) resume(t *sched.Task) {
	p := a.of(t)
	p.yielded = false
	if a.wants(cancelAt{p.wait, true}) {
		a.cancel(t, cancelAt{p.wait, true})
	}
}

// of is how far t has come.
func (a *attempt) of(t *sched.Task) *progress {
	for uint64(len(a.tasks)) <= t.ID() {
		a.tasks = append(a.tasks, progress{wait: -1})
	}
	return &a.tasks[t.ID()]
}

// waiting notes that t begins to wait, and cancels it if that is wanted.
func (a *attempt) waiting(t *sched.Task) {
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

func (a *attempt) wants(c cancelAt) bool {
	for _, x := range a.cancels {
		if x == c {
			return true
		}
	}
	return false
}

func (a *attempt) cancel(t *sched.Task, c cancelAt) {
	a.took.cancels = append(a.took.cancels, c)
	a.story.tell(t, "CANCELED")
	t.Cancel(errInjected)
}

// Started is called by the scheduler.
func (a *attempt) Started(t, by *sched.Task) {
	a.story.starts(t, by)
	a.waiting(t)
}

// Suspended is called by the scheduler.
func (a *attempt) Suspended(t *sched.Task) {
	a.story.suspends(t)
	a.of(t).yielded = t.Waiting() == nil
	a.passed(t)
	a.waiting(t)
}

// Resumed is called by the scheduler.
func (a *attempt) Resumed(*sched.Task) {}

// Ended is called by the scheduler.
func (a *attempt) Ended(t *sched.Task) {
	a.story.ends(t)
	a.passed(t)
	if t == &a.main {
		a.over = true
	}
}

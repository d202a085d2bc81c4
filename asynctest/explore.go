package asynctest

import (
	"cmp"
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobaton/async/internal/explore"
)

// Explore runs f under many schedules and fails the test if f fails under one
// of them; see [Explorer], of which this is the zero value's method.
func Explore(t testing.TB, f func(t testing.TB, ctx context.Context)) {
	t.Helper()
	Explorer{}.Explore(t, f)
}

// An Explorer runs a test under many schedules, in search of one under which it
// fails. Wherever several tasks could run next, a schedule says which one does;
// callbacks, and the steps of the loop itself, keep their order among each
// other. Time is virtual, each schedule has a loop of its own, and the zero
// Explorer is ready.
//
// The first schedule is the order of asyncio. The others depart from it: once
// at each possible place, then twice, and so on; by tasks that are starved
// until another one has ended; by chance; and by random priorities. These take
// turns until there were [Explorer.Schedules], or until all orders were tried.
// No task that is ready waits for ever: a schedule in which no task ends for
// long becomes asyncio's.
//
// Some schedules cancel tasks, in waits drawn at random, and in others timers
// fire late. Where nobody asked for that, by [Explorer.Cancel] or
// [Explorer.Late], a test is left alone that takes for granted that it does not
// happen: tasks are canceled only if f does not fail when they are canceled
// before their first step, and timers are late only if it does not fail when
// all of them fire at the first opportunity.
//
// A schedule fails if f fails its t, by require too, if a task panics or ends
// with an error that nobody retrieves, if the tasks are deadlocked, or do not
// come to an end. The schedule is then made as short as it can be. The report
// shows it as a table with a column for each task, and how to run it again:
// with ASYNC_REPLAY in the environment, f runs in that schedule alone.
//
// Work that f hands to other goroutines comes back at any time after it was
// done, in every order. To know when it is done, such an f is run in a bubble
// of [testing/synctest].
//
// f must do the same in the same schedule, each time: where it does not, the
// report says where it did not. Its t is a schedule's own, and f runs many
// times over: what it shares between tasks, it has to make anew each time.
type Explorer struct {
	// Schedules is how many schedules there are; 0: 1,000. ASYNC_SCHEDULES
	// in the environment takes its place.
	Schedules int

	// Time is how long the search takes at most, by the machine's clock; 0:
	// as long as the schedules take.
	Time time.Duration

	// Seed is where chance comes from; 0: 1, so that a test gives the same
	// answer each time. ASYNC_SEED in the environment takes its place.
	Seed uint64

	// Strategy says how schedules are found; 0: all ways.
	Strategy Strategy

	// Deviations is how often the schedules that try all places depart from
	// the first; 0: as often as there are places.
	Deviations int

	// Depth is how many changes of priority there are at most in a schedule
	// of random priorities, counted as PCT does, so that 1 is none: bugs of
	// that depth are found with a known probability; 0: 5.
	Depth int

	// Cancel cancels tasks of f, all but its own, whether f is made for it
	// or not: in each of their waits, both as the wait begins and as the
	// task is to go on, and again while they clean up. f has to hold
	// whatever is canceled.
	Cancel bool

	// CancelBody lets the task of f be canceled as others are.
	CancelBody bool

	// Plain tries other orders only: no task is canceled and no timer late
	// but where Cancel and Late say so.
	Plain bool

	// Late lets timers fire while tasks are ready, as they do where a step
	// takes its time: a timeout can then come at any await. f has to hold
	// whenever they fire.
	Late bool

	// MaxSteps is how many steps a schedule may take without that any task
	// ends before it counts as endless; 0: 10,000. At least half of them
	// are in asyncio's order, which lets every task run.
	MaxSteps int

	// Workers is how many schedules run at the same time; 0: one. f then
	// runs in as many goroutines at once: what its runs share has to be
	// safe for that, which the race detector tells. Which schedules are
	// tried, and the answer, are the same for any number from two on. In a
	// bubble of [testing/synctest] one schedule runs at a time.
	Workers int

	// StepTimeout is how long a step may take by the machine's clock; 0: 30
	// s. A loop without an await cannot be interrupted: the process ends
	// then, with the stack of the step and its schedule. In a bubble of
	// [testing/synctest] nothing watches.
	StepTimeout time.Duration
}

// A Strategy is a way to find schedules.
type Strategy int

const (
	// Mixed takes all ways in turn: a share of the schedules is exhaustive,
	// the others are random and by priorities.
	Mixed Strategy = iota
	// Random takes any candidate at each step.
	Random
	// Priorities gives tasks random priorities and changes few of them on
	// the way; PCT. It starves tasks, as chance alone would not.
	Priorities
	// Exhaustive departs from the first schedule at all places, once, then
	// twice, and so on; it ends when there are no more.
	Exhaustive
)

// Explore runs f under many schedules; see [Explorer].
func (e Explorer) Explore(t testing.TB, f func(t testing.TB, ctx context.Context)) {
	t.Helper()
	bubble := inBubble()
	var watch *explore.Watch
	if !bubble {
		watch = explore.StartWatch(t, cmp.Or(e.StepTimeout, 30*time.Second), e.Workers)
	}
	defer watch.Stop()
	leaks := label(t)
	defer leaks.check(t)
	c := e.config()
	if !explore.Run(c, t, leaks.ctx, watch, bubble, f) {
		return
	}
	test, ok := t.(*testing.T)
	if !ok {
		t.Fatalf("asynctest: the test hands work to other goroutines, which need a bubble to be explored: give Explore a *testing.T, or call it in synctest.Test")
	}
	synctest.Test(test, func(t *testing.T) { explore.Run(c, t, leaks.ctx, watch, true, f) })
}

func (e Explorer) config() explore.Config {
	return explore.Config{
		Schedules: e.Schedules, Seed: e.Seed, Strategy: explore.Strategy(e.Strategy), Deviations: e.Deviations,
		Depth: e.Depth, Cancel: e.Cancel, Plain: e.Plain, CancelBody: e.CancelBody, Late: e.Late,
		MaxSteps: e.MaxSteps, Time: e.Time, Workers: e.Workers,
	}
}

// inBubble reports whether the caller is in a bubble of testing/synctest.
func inBubble() (is bool) {
	defer func() {
		if recover() != nil {
			is = false
		}
	}()
	synctest.Wait()
	return true
}

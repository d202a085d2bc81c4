package explore

import (
	"context"
	"testing"
	"time"
)

// Config is what a search is made with. The fields are those of
// asynctest.Explorer, with their defaults filled in by Run.
type Config struct {
	Schedules  int      // how many there are
	Seed       uint64   // where chance comes from
	Strategy   Strategy // how schedules are found
	Deviations int      // of exhaustive schedules from the first
	Depth      int      // of random priorities, as PCT counts it
	Cancel     bool     // tasks are canceled
	Late       bool     // timers may fire while tasks are ready
	MaxSteps   int      // without the end of a task
	Plain      bool     // nothing is canceled or late that need not be
	CancelBody bool     // the task of the body is canceled too

	Time    time.Duration // how long the search takes at most; 0: any
	Workers int           // how many schedules run at a time
}

// A Strategy is a way to find schedules.
type Strategy int

// The strategies; see those of package asynctest.
const (
	Mixed Strategy = iota
	Random
	Priorities
	Exhaustive
)

// A Body is the function that is tried.
type Body func(t testing.TB, ctx context.Context)

// Run runs body under many schedules and fails t if body fails in one of them.
// Tasks get the values of values. bubble says that the caller is in a bubble of
// testing/synctest; watch, if it is not nil, watches the steps.
//
// It returns true, with nothing decided, if body hands something to other
// goroutines and the caller is in no bubble: call it again in one.
func Run(c Config, t testing.TB, values context.Context, watch *Watch, bubble bool, body Body) (escapes bool) {
	t.Helper()
	c = c.complete(t)
	s := &search{Config: c, t: t, values: values, body: body, covered: coverage{}, bubble: bubble, began: time.Now()}
	s.repeats.dice = newDice(c.Seed, 9)
	s.startWorkers(watch)
	s.start()
	return s.escapes
}

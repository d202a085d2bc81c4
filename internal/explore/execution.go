package explore

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/gobaton/async/internal/clock"
	"github.com/gobaton/async/internal/sched"
)

// An execution runs a body once, in one schedule. It is the picker of its loop,
// and its observer.
type execution struct {
	Tester
	plan
	limits
	alarm
	tb         *scheduleTB
	history    *history // what happens; nil: nobody wants to know
	coros      *sched.CoroPool
	cancelMain bool
	bubble     bool // see search
	pulse      *pulse
	seed       uint64

	main    sched.Task
	from    []candidate
	turns   schedule // of the script, by step
	rest    schedule // of the script, what is no turn
	delays  []delayed
	lanes   []lane
	took    schedule // what was taken
	points  []point  // where it could have gone another way, for plan.learn
	over    bool     // the body has ended
	closing bool     // what is left is only cleared away
	stuck   bool     // a limit was reached
	escapes bool     // something was handed to the outside without a bubble
	timers  bool     // time could pass while something was ready
	skipped bool
	steps   int
	tasks   int // how many there have been
	waits   int // of tasks that may be canceled
	hash    uint64
}

// run runs body and reports whether it failed.
func (x *execution) run(t testing.TB, values context.Context, body Body) (failed bool) {
	x.tb = &scheduleTB{TB: t, anyhow: x.bubble, history: x.history}
	x.t = x.tb
	x.watched = true // by the execution itself
	x.turns, x.rest = x.script.split()
	x.begin(values)
	x.pulse.beat(x)
	x.Start(&x.main, func(ctx context.Context) { body(x.tb, ctx) })
	end := x.Loop.Run(context.Background())
	x.Conclude()
	x.judge(end)
	x.finish()
	x.skipped = x.tb.Skipped()
	return x.tb.Failed()
}

func (x *execution) begin(values context.Context) {
	x.Loop = sched.New(sched.Config{
		Clock: clock.NewVirtual(), ReportAtClose: true, Values: values,
		Debug: x.history != nil, OnError: x.report, Picker: x, Observer: x, Coros: x.coros,
	})
	x.Loop.Tester = &x.Tester
	x.choosing = x
}

// judge fails the schedule for the way the loop came to its end.
func (x *execution) judge(end sched.End) {
	switch {
	case x.broken:
	case x.stuck:
		x.tb.fail(x.endless())
	case x.rang:
		x.tb.fail("deadlock: functions off the loop wait for what never comes\n" + x.Loop.Tree().String())
	case end == sched.Deadlocked:
		x.tb.fail(x.Loop.Deadlock().Error())
	case x.Loop.Exited() && !x.tb.Failed() && !x.tb.Skipped():
		x.tb.fail(sched.ErrGoexit.Error())
	}
}

// finish ends the loop and what is left in it. The order of what is left is
// explored too, unless the schedule has failed.
func (x *execution) finish() {
	x.over = true
	if x.tb.Failed() || x.tb.Skipped() || x.Loop.Exited() {
		x.clear()
	}
	x.progressed()
	deadlock := x.Loop.EndTasks(nil)
	switch {
	case x.closing:
	case x.stuck:
		x.tb.fail(x.endless())
	case deadlock != nil:
		x.tb.fail(deadlock.Error())
	}
	x.clear()
	if p := x.Loop.Close(); p != nil {
		x.tb.mute = false
		x.tb.fail(p.Error())
	}
	x.alarm.stop()
	x.tb.clean()
	x.hash += x.tb.hash
}

// clear begins the part of an execution that is looked at no more.
func (x *execution) clear() {
	x.closing, x.history, x.tb.history = true, nil, nil
	x.tb.mute = x.tb.Failed()
}

// Of the hash FNV-1a.
const (
	prime  = 1099511628211
	offset = 14695981039346656037
)

// Settle waits until nothing more comes in from outside: until all other
// goroutines of the bubble are blocked. It is called by the scheduler.
func (x *execution) Settle() {
	if x.escapes = !x.bubble; x.bubble {
		x.alarm.set(x)
		synctest.Wait()
	}
}

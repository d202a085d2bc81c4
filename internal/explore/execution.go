package explore

import (
	"context"
	"fmt"
	"testing"

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
	settle     func()   // see sched.Picker
	history    *history // what happens; nil: nobody wants to know
	coros      *sched.CoroPool
	cancelMain bool
	bubble     bool // see search
	watch      *Watch
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
	timers  bool     // time could pass while something was ready
	skipped bool
	steps   int
	tasks   int // how many there have been
	waits   int // of tasks that may be canceled
	hash    uint64
}

// A candidate can run next: a task, what has come back from outside, or what
// stands first among the callbacks and the inner steps of the loop.
type candidate struct {
	index int  // in the ready queue; sched.PassTime: time passes instead
	lane  int  // another candidate of it never stands beside it
	spins bool // it has passed the baton of its own will again and again
}

// lane is how far a task, or what else stands in a lane, has come.
type lane struct {
	turns   int // that it has had
	wait    int // the number of its wait; 0: it has not started
	yields  int // in a row
	choices int // that it has made
	ended   bool
	spared  bool // it is never canceled
}

// run runs body and reports whether it failed.
func (x *execution) run(t testing.TB, values context.Context, body Body) (failed bool) {
	x.tb = &scheduleTB{TB: t, anyhow: x.bubble, history: x.history}
	x.t = x.tb
	x.watched = true // by the execution itself
	x.turns, x.rest = x.script.split()
	x.begin(values)
	x.watch.beat(x)
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

// Next takes the entry that the schedule wants. It is called by the scheduler.
func (x *execution) Next(ready []sched.Entry) int {
	if x.steps++; x.steps%beatEvery == 0 {
		x.watch.beat(x)
	}
	switch {
	case x.exhausted():
		return x.giveUp()
	case x.closing:
		return 0
	case x.over && (x.tb.Failed() || x.Loop.Exited()):
		x.clear()
		return 0
	case x.broken || x.Loop.Exited():
		return sched.Halt
	}
	x.candidates(ready)
	x.applyDelays()
	n := x.choose()
	c := x.from[n]
	x.noteTurn(n, c)
	if c.index == sched.PassTime {
		x.history.step(x, c.index, nil)
		return c.index
	}
	x.history.step(x, c.index, ready[c.index])
	if t, ok := ready[c.index].(*sched.Task); ok {
		x.resume(t)
	}
	return c.index
}

// choose returns which of the candidates runs.
func (x *execution) choose() int {
	for len(x.turns) > 0 && x.turns[0].nth < x.steps {
		x.turns = x.turns[1:]
	}
	offered := x.offered()
	switch {
	case len(x.turns) > 0 && x.turns[0].nth == x.steps:
		if n := x.turns[0].value; n >= 0 {
			return min(n, len(x.from)-1)
		}
		return x.time()
	case len(offered) < 2 || x.policy == nil || x.isFair():
		return 0
	}
	return x.policy.choose(x.steps, offered)
}

// offered returns the candidates that a policy may choose from: in a schedule
// without late timers, time is none.
func (x *execution) offered() []candidate {
	if last := len(x.from) - 1; !x.late && last > 0 && x.from[last].lane == timeLane {
		return x.from[:last]
	}
	return x.from
}

// time returns which candidate it is that time passes, 0 if it cannot.
func (x *execution) time() int {
	if last := len(x.from) - 1; x.from[last].lane == timeLane {
		return last
	}
	return 0
}

// passTime is the value of a turn in which time passes.
const passTime = -1

// noteTurn notes that candidate n was taken, which is c.
func (x *execution) noteTurn(n int, c candidate) {
	l := x.of(c.lane)
	l.turns++
	if options := len(x.offered()); x.learn != nil && options > 1 {
		x.points = append(x.points,
			point{departure{kind: delay, lane: c.lane, nth: l.turns}, 0, x.hash},
			point{departure{kind: turn, nth: x.steps}, options, x.hash})
	}
	x.hash = (x.hash ^ uint64(c.lane)) * prime
	if n == 0 {
		return
	}
	if c.lane == timeLane {
		n = passTime
		x.history.departs("step %d: time passes although tasks are ready", x.steps)
	} else if x.history != nil {
		x.history.departs("step %d: %s runs, where asyncio would run %s first", x.steps, x.history.subject(c.lane), x.history.subject(x.from[0].lane))
	}
	x.took = append(x.took, departure{kind: turn, nth: x.steps, value: n})
}

// beatEvery is after how many steps the watch sees that all is well, beside the
// beginning of each execution.
const beatEvery = 1000

// Of the hash FNV-1a.
const (
	prime  = 1099511628211
	offset = 14695981039346656037
)

// Settle waits until nothing more comes in from outside. It is called by the
// scheduler.
func (x *execution) Settle() {
	if x.bubble {
		x.alarm.set(x)
	}
	x.settle()
}

// candidates lists what may run: each task, each that came back from outside,
// the first of all else, and time, if that may pass.
func (x *execution) candidates(ready []sched.Entry) {
	x.from = x.from[:0]
	others := false
	for i, e := range ready {
		switch e := e.(type) {
		case *sched.Task:
			n := laneOf(e)
			x.from = append(x.from, candidate{i, n, x.of(n).yields >= spinning})
		case sched.Outsider:
			x.from = append(x.from, candidate{i, outsiderLane(e), false})
		default:
			if !others {
				others = true
				x.from = append(x.from, candidate{i, othersLane, false})
			}
		}
	}
	if x.Loop.CanPassTime() {
		x.timers = true
		x.from = append(x.from, candidate{sched.PassTime, timeLane, false})
	}
}

// spinning is how often in a row a task passes the baton of its own will before
// it counts as one that waits in a loop.
const spinning = 50

// of returns how far a lane has come.
func (x *execution) of(n int) *lane {
	for len(x.lanes) <= n {
		x.lanes = append(x.lanes, lane{})
	}
	return &x.lanes[n]
}

// resume cancels t if it was to be canceled before it goes on.
func (x *execution) resume(t *sched.Task) {
	if t.Waiting() != nil {
		x.of(laneOf(t)).yields = 0
	}
	x.interrupt(t, cancelLate)
}

// interrupt cancels t in its present wait if that is wanted.
func (x *execution) interrupt(t *sched.Task, k kind) {
	n := laneOf(t)
	if x.of(n).spared || x.closing {
		return
	}
	d := departure{kind: k, lane: n, nth: x.of(n).wait}
	x.waits++
	if x.learn != nil {
		x.points = append(x.points, point{d, 2, x.hash})
	}
	if x.wants(d) {
		x.took = append(x.took, d)
		x.hash = (x.hash ^ uint64(k)) * prime
		x.history.tell(t, "CANCELED")
		x.explainCancel(t, d)
		if x.bubble {
			x.Settle() // or it were chance whether a function off the loop has begun
		}
		t.Cancel(errInjected)
	}
}

// explainCancel says in words that t is canceled.
func (x *execution) explainCancel(t *sched.Task, d departure) {
	switch {
	case x.history == nil:
	case d.nth == 0:
		x.history.departs("%s is canceled before its first step", t.Name())
	case d.kind == cancelEarly:
		x.history.departs("%s is canceled as its %s wait begins", x.history.subject(d.lane), ordinal(d.nth))
	default:
		x.history.departs("%s is canceled as its %s wait is over, before it goes on", x.history.subject(d.lane), ordinal(d.nth))
	}
}

func (x *execution) wants(d departure) bool {
	for _, r := range x.rest {
		if r == d {
			return true
		}
	}
	return x.cancels != nil && !x.isFair() && x.cancels.cancel(d)
}

// Choose returns what the schedule wants of n choices, for the running task.
func (x *execution) Choose(t *sched.Task, n int) int {
	l := x.of(laneOf(t))
	l.choices++
	d := departure{kind: choice, lane: laneOf(t), nth: l.choices}
	if x.closing || n < 2 {
		return 0
	}
	if x.learn != nil {
		x.points = append(x.points, point{d, n, x.hash})
	}
	if d.value = x.chosen(d, n); d.value > 0 {
		x.took = append(x.took, d)
		x.history.tell(t, fmt.Sprintf("CHOOSES %d of %d", d.value, n))
		x.history.departs("%s makes its %s choice: %d of 0 to %d", t.Name(), ordinal(l.choices), d.value, n-1)
	}
	x.hash = (x.hash ^ uint64(d.value)) * prime
	return d.value
}

func (x *execution) chosen(d departure, n int) int {
	for _, r := range x.rest {
		if r.kind == choice && r.lane == d.lane && r.nth == d.nth {
			return min(r.value, n-1)
		}
	}
	if x.choices == nil || x.isFair() {
		return 0
	}
	return x.choices.draw(n)
}

// Started is called by the scheduler.
func (x *execution) Started(t, by *sched.Task) {
	x.tasks++
	x.history.starts(t, by)
	_, spared := t.Body().(interface{ Spared() })
	x.of(laneOf(t)).spared = spared || t == &x.main && !x.cancelMain
	x.interrupt(t, cancelEarly)
}

// Suspended is called by the scheduler.
func (x *execution) Suspended(t *sched.Task) {
	x.history.suspends(t)
	l := x.of(laneOf(t))
	l.wait++
	if t.Waiting() == nil {
		l.yields++
	}
	x.passed(t)
	x.interrupt(t, cancelEarly)
}

// Resumed is called by the scheduler.
func (x *execution) Resumed(*sched.Task) {}

// Ended is called by the scheduler.
func (x *execution) Ended(t *sched.Task) {
	x.history.ends(t)
	x.of(laneOf(t)).ended = true
	x.hash = (x.hash ^ uint64(t.State())) * prime
	x.progressed()
	x.passed(t)
}

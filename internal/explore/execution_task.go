package explore

import (
	"fmt"

	"github.com/gobaton/async/internal/sched"
)

// lane is how far a task, or what else stands in a lane, has come.
type lane struct {
	turns   int // that it has had
	wait    int // the number of its wait; 0: it has not started
	yields  int // in a row
	choices int // that it has made
	ended   bool
	spared  bool // it is never canceled
}

// of returns how far a lane has come.
func (x *execution) of(n int) *lane {
	for len(x.lanes) <= n {
		x.lanes = append(x.lanes, lane{})
	}
	return &x.lanes[n]
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
		x.history.add(t, fmt.Sprintf("CHOOSES %d of %d", d.value, n))
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

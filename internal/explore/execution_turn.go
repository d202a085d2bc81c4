package explore

import "github.com/gobaton/async/internal/sched"

// A candidate can run next: a task, what has come back from outside, or what
// stands first among the callbacks and the inner steps of the loop.
type candidate struct {
	index int  // in the ready queue; sched.PassTime: time passes instead
	lane  int  // another candidate of it never stands beside it
	spins bool // it has passed the baton of its own will again and again
}

// Next takes the entry that the schedule wants. It is called by the scheduler.
func (x *execution) Next(ready []sched.Entry) int {
	if x.steps++; x.steps%beatEvery == 0 {
		x.pulse.beat(x)
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

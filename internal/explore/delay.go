package explore

import (
	"slices"
	"strconv"
)

// delayed is a delay under way.
type delayed struct {
	departure
	spent bool // it has come to its end
	noted bool // it has kept something back
}

// applyDelays takes the candidates away that have to wait, unless there is
// nothing else.
func (x *execution) applyDelays() {
	if len(x.rest)+len(x.delays) == 0 {
		return
	}
	x.beginDelays()
	kept := 0
	for i := range x.delays {
		if d := &x.delays[i]; !d.spent {
			d.spent = d.value != 0 && x.of(d.value).ended
			kept++
		}
	}
	if kept == 0 {
		return
	}
	if !slices.ContainsFunc(x.from, x.mayRun) || x.isFair() {
		x.spendDelays()
		return
	}
	x.from = slices.DeleteFunc(x.from, x.isHeld)
}

// beginDelays begins the delays whose turn has come.
func (x *execution) beginDelays() {
	for i, d := range x.rest {
		if d.kind != delay || !x.comes(d) {
			continue
		}
		x.rest = x.rest.without(i, 1)
		x.delays = append(x.delays, delayed{departure: d})
		x.beginDelays()
		return
	}
}

// comes reports whether the turn of a delay is the next of its lane.
func (x *execution) comes(d departure) bool {
	return x.of(d.lane).turns == d.nth-1 &&
		slices.ContainsFunc(x.from, func(c candidate) bool { return c.lane == d.lane })
}

// isHeld reports whether a delay keeps c back, and notes that it did.
func (x *execution) isHeld(c candidate) bool {
	for i := range x.delays {
		if d := &x.delays[i]; !d.spent && d.lane == c.lane {
			x.noteDelay(d)
			return true
		}
	}
	return false
}

func (x *execution) noteDelay(d *delayed) {
	if !d.noted {
		d.noted = true
		x.took = append(x.took, d.departure)
		x.explainDelay(d.departure)
	}
}

// explainDelay says in words that a delay begins.
func (x *execution) explainDelay(d departure) {
	if x.history == nil {
		return
	}
	until := "nothing else can run"
	if d.value != 0 {
		until = "Task-" + strconv.Itoa(laneNumber(d.value)) + " has ended"
	}
	x.history.departs("from step %d on, %s has to wait for its %s turn until %s", x.steps, x.history.subject(d.lane), ordinal(d.nth), until)
}

// ordinal returns 1st for 1.
func ordinal(n int) string {
	ending := "th"
	if n/10%10 != 1 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return strconv.Itoa(n) + ending
}

// mayRun reports whether no delay keeps c back. That time may pass is no reason
// to wait.
func (x *execution) mayRun(c candidate) bool {
	if c.lane == timeLane {
		return false
	}
	return !slices.ContainsFunc(x.delays, func(d delayed) bool { return !d.spent && d.lane == c.lane })
}

// spendDelays ends the delays that keep candidates back: nothing else can run.
func (x *execution) spendDelays() {
	for i := range x.delays {
		d := &x.delays[i]
		if !d.spent && len(x.from) > 1 && x.comes(d.departure) {
			x.noteDelay(d) // without it, the others would not end
		}
	}
	for i := range x.delays {
		x.delays[i].spent = true
	}
}

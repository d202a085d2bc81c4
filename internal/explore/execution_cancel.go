package explore

import "github.com/gobaton/async/internal/sched"

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
		x.history.add(t, "CANCELED")
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

package explore

import "time"

// alarm ends the run of an execution whose functions off the loop wait for what
// never comes. It is a timer of the bubble, set so far ahead that it fires only
// when all else in the bubble is blocked for good.
type alarm struct {
	timer *time.Timer
	rang  bool
}

const farAhead = 10_000 * time.Hour

// set sets the alarm, unless it is set.
func (a *alarm) set(x *execution) {
	if a.timer == nil {
		a.timer = time.AfterFunc(farAhead, func() { x.Loop.Post((*ringing)(x)) })
	}
}

// stop takes the alarm back.
func (a *alarm) stop() {
	if a.timer != nil {
		a.timer.Stop()
	}
}

// ringing is an execution whose alarm has gone off.
type ringing execution

// Fire ends the loop's run.
func (r *ringing) Fire() {
	x := (*execution)(r)
	x.alarm.rang = true
	x.Loop.Stop()
	if !x.closing {
		x.alarm.timer.Reset(farAhead)
	}
}

// String names the entry in a history.
func (r *ringing) String() string { return "all is blocked for good" }

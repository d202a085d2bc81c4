package sched

import (
	"fmt"
	"time"
)

// lag measures for how long what is ready has to wait while many short steps
// run, none of which holds the baton for too long: patrol posts a probe now and
// then, which is fired in its turn.
type lag struct {
	next time.Duration // when the next probe is posted, since the watchdog's zero; patrol's
	told time.Duration // the longest that was reported; the baton's holder's
}

// probe posts a probe if it is time to. In virtual time nothing lags.
func (w *watchdog) probe(now time.Duration, step uint64) {
	if now < w.lag.next || w.probes.Load() > 0 || w.loop.clock.Virtual() {
		return
	}
	w.lag.next = now + w.limit
	w.probes.Add(1)
	w.loop.Post(&lagProbe{w: w, posted: now, steps: step >> taskBits, slow: w.slow.Load()})
}

// lagProbe is an entry that measures how long it waits for its turn.
type lagProbe struct {
	w      *watchdog
	posted time.Duration
	steps  uint64 // that had begun then
	slow   int64  // of which so many were too long
}

// Fire reports the wait, if it was long, and longer than those that were
// reported.
func (p *lagProbe) Fire() {
	w := p.w
	w.probes.Add(-1)
	waited := (time.Since(w.zero) - p.posted).Round(time.Millisecond)
	if waited < w.limit || waited < 2*w.lag.told || w.slow.Load() != p.slow {
		return
	}
	w.lag.told = waited
	w.loop.Report(Event{Message: fmt.Sprintf("the loop lags: what is ready had to wait for %v, in which %d short steps ran", waited, w.steps-p.steps)})
}

// Drop does nothing.
func (p *lagProbe) Drop() {}

package monitor

import (
	"sync/atomic"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A question is a function that the loop runs, in turns of its own: an entry of
// the ready queue, as a callback is. It returns whether it wants another turn.
type question struct {
	loop    *sched.Loop
	fn      func() (more bool)
	state   atomic.Int32
	turns   atomic.Int32
	longest time.Duration // of a turn
	done    chan struct{} // closed when fn has had its last turn
}

// The states of a question.
const (
	questionWaits = iota
	questionRuns
	questionAnswered
	questionDropped // taken back, or the loop has ended
)

// Fire gives the question a turn. It is called by the loop.
func (q *question) Fire() {
	if !q.state.CompareAndSwap(questionWaits, questionRuns) {
		return
	}
	begin := time.Now()
	more := q.fn()
	q.longest = max(q.longest, time.Since(begin))
	q.turns.Add(1)
	if !more {
		q.state.Store(questionAnswered)
		close(q.done)
		return
	}
	q.state.Store(questionWaits)
	if !q.loop.Post(q) {
		q.Drop()
	}
}

// Drop is called in place of Fire when the loop has ended.
func (q *question) Drop() {
	if q.state.CompareAndSwap(questionWaits, questionDropped) {
		close(q.done)
	}
}

// ask lets the loop run fn until it wants no more turns, and waits for that. It
// returns false if the loop has not given it a turn for as long as patience, or
// has ended: then fn has no turn any more. Who holds the baton runs fn itself.
func (m *Monitor) ask(patience time.Duration, fn func() (more bool)) (answered bool, longest time.Duration) {
	if m.loop.HeldByCaller() {
		begin := time.Now()
		for fn() {
			continue
		}
		return true, time.Since(begin)
	}
	q := &question{loop: m.loop, fn: fn, done: make(chan struct{})}
	if !m.loop.Post(q) {
		return false, 0
	}
	q.wait(patience)
	return q.state.Load() == questionAnswered, q.longest
}

// wait waits until q has had its last turn, and takes it back if it has none
// for as long as patience.
func (q *question) wait(patience time.Duration) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for turns := int32(0); ; {
		select {
		case <-q.done:
			return
		case <-timer.C:
		}
		now := q.turns.Load()
		if now == turns && q.state.CompareAndSwap(questionWaits, questionDropped) {
			return
		}
		turns = now
		timer.Reset(patience)
	}
}

// once makes a question's function of one that needs one turn.
func once(fn func()) func() bool {
	return func() bool { fn(); return false }
}

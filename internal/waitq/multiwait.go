package waitq

import (
	"fmt"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A MultiWait is one task's wait in several queues at once, with an optional
// time limit. The first queue that wakes it ends the wait; the others pass it
// over.
type MultiWait struct {
	loop    *sched.Loop
	task    *sched.Task  // nil: it does not wait
	members []membership // its places in the queues
	few     [4]membership
	winner  int // the index under which it was woken
	timer   sched.Timer
	timeout int           // the index under which its time limit wakes it
	when    time.Duration // the limit on the loop's clock; 0: none
}

// A membership is the place of a MultiWait in one queue.
type membership struct {
	wait  *MultiWait
	queue *Queue // nil: in none
	link  sched.Link
	index int
}

// NewMultiWait returns a wait with room for n queues of the loop of p, and in
// none of them.
func NewMultiWait(a sched.Awaiter, n int) *MultiWait {
	w := &MultiWait{loop: a.Task().Loop()}
	w.members = w.few[:min(n, len(w.few))]
	if n > len(w.few) {
		w.members = make([]membership, n)
	}
	return w
}

// Add puts the wait at the end of q, which the task has entered, under index i.
func (w *MultiWait) Add(i int, q *Queue) {
	m := &w.members[i]
	m.wait, m.index, m.queue, m.link = w, i, q, sched.NewLink(m)
	q.list.Push(&m.link)
}

// Until lets the loop's time wake the task, under index i, unless an earlier
// time does already.
func (w *MultiWait) Until(i int, when time.Duration) {
	if w.when != 0 && w.when <= when {
		return
	}
	w.loop.StopTimer(&w.timer)
	w.timeout, w.when = i, when
	w.loop.SetTimer((*limit)(w), when)
}

// Wait suspends the task of a until one of the queues, or the time, wakes it,
// and returns the index of that. If the task is canceled instead, Wait returns
// an error; woke then tells whether it was woken before that. All queues have
// been left when Wait returns; others may be added.
func (w *MultiWait) Wait(a sched.Awaiter, what fmt.Stringer) (index int, woke bool, err error) {
	w.task = a.Task()
	defer w.removeAll()
	woke, err = a.Park(what)
	return w.winner, woke, err
}

// removeAll takes the wait out of all queues and stops its timer.
func (w *MultiWait) removeAll() {
	for i := range w.members {
		if m := &w.members[i]; m.queue != nil {
			m.queue.Remove(&m.link)
			m.queue = nil
		}
	}
	w.loop.StopTimer(&w.timer)
	w.task, w.when = nil, 0
}

// wake makes the task ready, under index i. It reports whether it waited.
func (w *MultiWait) wake(i int) bool {
	if w.task == nil || !w.task.Wake() {
		return false
	}
	w.winner = i
	return true
}

// Fire does nothing: a membership stands in wait queues, not in the ready
// queue.
func (m *membership) Fire() {}

// limit is a MultiWait in the heap of timers.
type limit MultiWait

// Timer returns the timer of the time limit.
func (l *limit) Timer() *sched.Timer { return &l.timer }

// Fire wakes the task, unless it was woken since its time came.
func (l *limit) Fire() { (*MultiWait)(l).wake(l.timeout) }

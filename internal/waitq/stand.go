package waitq

import (
	"fmt"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A Stand is one task that waits in several lines at once, and for a time. The first of them that wakes it has: the others
// find nobody.
type Stand struct {
	task    *sched.Task
	tickets []ticket // one for each line, by the number it was joined with
	winner  int      // the ticket that was woken; none before that
	until   ticket   // fires when the time has come
	timer   sched.Timer
	timed   bool
}

// A ticket is the place of a stand in one line.
type ticket struct {
	stand *Stand
	line  *Line // nil: in none
	link  sched.Link
	index int
}

const none = -1

// NewStand returns a stand of p's task with room for n lines, and in none of them.
func NewStand(p sched.Place, n int) *Stand {
	return &Stand{task: p.Task(), tickets: make([]ticket, n), winner: none}
}

// Join puts the stand at the end of l, which the task has entered, as its i-th line.
func (s *Stand) Join(i int, l *Line) {
	k := &s.tickets[i]
	k.stand, k.line, k.index = s, l, i
	k.link = sched.NewLink(k)
	l.list.Push(&k.link)
}

// Until lets the loop's time wake the stand, as if it were its i-th line.
func (s *Stand) Until(i int, when time.Duration) {
	s.until.stand, s.until.index, s.timed = s, i, true
	s.task.Loop().SetTimer(&s.timer, &s.until, when)
}

// Wait suspends until one of the lines, or the time, wakes the task; which is its number. If the task is canceled
// instead, Wait returns an error; woke then tells whether which was woken before that. The stand is of no use
// any more.
func (s *Stand) Wait(p sched.Place, what fmt.Stringer) (which int, woke bool, err error) {
	defer s.leave()
	woke, err = p.Park(what)
	return s.winner, woke, err
}

// leave takes the stand out of all lines.
func (s *Stand) leave() {
	for i := range s.tickets {
		if k := &s.tickets[i]; k.line != nil {
			k.line.leave(&k.link)
		}
	}
	if s.timed {
		s.task.Loop().StopTimer(&s.timer)
	}
	s.task = nil
}

// asleep reports whether the ticket's task waits.
func (k *ticket) asleep() bool {
	return k.stand.task != nil && k.stand.task.Asleep()
}

// wake lets the task of the ticket go on. It reports whether nobody else had.
func (k *ticket) wake() bool {
	if !k.asleep() || !k.stand.task.Wake() {
		return false
	}
	k.stand.winner = k.index
	return true
}

// Fire is the time of the stand: it wakes the task, unless it was woken since the time came.
func (k *ticket) Fire() { k.wake() }

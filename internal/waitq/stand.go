package waitq

import (
	"fmt"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A Stand is one task that waits in several lines at once, and for a time. The first of them that wakes it has it; the
// others find nobody.
type Stand struct {
	loop    *sched.Loop
	task    *sched.Task // nil: it does not wait
	tickets []ticket
	few     [4]ticket // where the tickets are if they are not many
	winner  int       // the number under which it was woken
	timer   sched.Timer
	timeout int           // the number under which its time wakes it
	when    time.Duration // its time; 0: none
}

// A ticket is the place of a stand in one line.
type ticket struct {
	stand *Stand
	line  *Line // nil: in none
	link  sched.Link
	index int
}

// NewStand returns a stand with room for n lines of the loop of p, and in none of them.
func NewStand(p sched.Place, n int) *Stand {
	s := &Stand{loop: p.Task().Loop()}
	s.tickets = s.few[:min(n, len(s.few))]
	if n > len(s.few) {
		s.tickets = make([]ticket, n)
	}
	return s
}

// Join puts the stand at the end of l, which the task has entered, under number i.
func (s *Stand) Join(i int, l *Line) {
	k := &s.tickets[i]
	k.stand, k.index, k.line, k.link = s, i, l, sched.NewLink(k)
	l.list.Push(&k.link)
}

// Until lets the time of the loop wake the stand, under number i, unless an earlier time does already.
func (s *Stand) Until(i int, when time.Duration) {
	if s.when != 0 && s.when <= when {
		return
	}
	s.loop.StopTimer(&s.timer)
	s.timeout, s.when = i, when
	s.loop.SetTimer((*alarm)(s), when)
}

// Wait suspends the task of p until one of the lines, or the time, wakes it; which is the number of that. If the task is
// canceled instead, Wait returns an error; woke then tells whether it was woken before that. The stand has left all
// lines when Wait returns, and may join others.
func (s *Stand) Wait(p sched.Place, what fmt.Stringer) (which int, woke bool, err error) {
	s.task = p.Task()
	defer s.leave()
	woke, err = p.Park(what)
	return s.winner, woke, err
}

// leave takes the stand out of all lines.
func (s *Stand) leave() {
	for i := range s.tickets {
		if k := &s.tickets[i]; k.line != nil {
			k.line.Leave(&k.link)
			k.line = nil
		}
	}
	s.loop.StopTimer(&s.timer)
	s.task, s.when = nil, 0
}

// wake lets the task go on, under number i. It reports whether it waited.
func (s *Stand) wake(i int) bool {
	if s.task == nil || !s.task.Wake() {
		return false
	}
	s.winner = i
	return true
}

// Fire does nothing: a ticket stands in lines, not in the ready queue.
func (k *ticket) Fire() {}

// alarm is a stand in the heap of timers.
type alarm Stand

// Timer is the timer of the stand's limit.
func (a *alarm) Timer() *sched.Timer { return &a.timer }

// Fire wakes the stand, unless it was woken since its time came.
func (a *alarm) Fire() { (*Stand)(a).wake(a.timeout) }

package asynctest

import (
	"context"
	"errors"
	"fmt"

	"github.com/gobaton/async/internal/sched"
)

// ErrSequence is returned by [Sequencer.Do] when the turn before has failed, so
// that the order cannot be kept.
var ErrSequence = errors.New("asynctest: an earlier turn of the sequence was canceled or failed")

// A Sequencer forces an order between tasks: turn 0 runs first, whichever task
// it is in, then turn 1, and so on; trio's Sequencer. The zero Sequencer is
// ready. It is for tasks of one loop.
type Sequencer struct {
	turns  map[int]*sched.Future // whose end lets the turn begin
	taken  map[int]bool
	broken bool
}

// Do runs f as turn n. It suspends until turns 0 to n-1 have ended, and when f
// does. An error of f breaks the sequence: later turns return [ErrSequence].
//
// If ctx is canceled before its turn, Do returns ctx's error and the sequence
// is broken. It panics for a turn that was taken.
func (s *Sequencer) Do(ctx context.Context, n int, f func(ctx context.Context) error) error {
	p := sched.Enter(ctx)
	if n < 0 || s.taken[n] {
		panic(fmt.Sprintf("asynctest: turn %d of a Sequencer was taken before, or is negative: give each turn a number of its own", n))
	}
	s.init()
	s.taken[n] = true
	if err := s.await(p, n); err != nil {
		s.broken = true
		s.end(p, n)
		return err
	}
	defer s.end(p, n)
	if s.broken {
		return ErrSequence
	}
	s.broken = true // unless f returns well
	err := f(ctx)
	s.broken = err != nil
	return err
}

// await suspends until turn n begins.
func (s *Sequencer) await(p sched.Awaiter, n int) error {
	if n == 0 {
		return nil
	}
	gate := s.gate(p, n)
	return gate.Await(p, turn{gate, n})
}

// end lets turn n+1 begin.
func (s *Sequencer) end(p sched.Awaiter, n int) { _ = s.gate(p, n+1).Finish() }

// gate returns the future that lets turn n begin.
func (s *Sequencer) gate(p sched.Awaiter, n int) *sched.Future {
	if s.turns[n] == nil {
		s.turns[n] = new(sched.Future)
		s.turns[n].Init(p.Task().Loop())
	}
	return s.turns[n]
}

func (s *Sequencer) init() {
	if s.turns == nil {
		s.turns, s.taken = map[int]*sched.Future{}, map[int]bool{}
	}
}

// turn is a turn as what a task waits for.
type turn struct {
	gate *sched.Future
	n    int
}

// Cancel ends the wait.
func (t turn) Cancel(cause error) bool { return t.gate.Cancel(cause) }

func (t turn) String() string { return fmt.Sprintf("turn %d of a sequence", t.n) }

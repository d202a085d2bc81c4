package asynctest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// Calls records calls to an object that tasks share: when each began and
// returned, with what. [CheckLinearizable] then says whether they could have
// happened one after the other. The zero Calls is ready. It is for tasks of one
// loop.
type Calls[In, Out any] struct {
	calls []call[In, Out]
	now   int
}

// call is a call of the history.
type call[In, Out any] struct {
	task         string
	in           In
	out          Out
	began, ended int // ended 0: it has not returned, or failed
}

// Do makes a call and records it. One that fails, because it was canceled, is
// taken to have had no effect, as the contract of primitives has it. Do
// suspends when f does.
func (c *Calls[In, Out]) Do(ctx context.Context, in In, f func(ctx context.Context) (Out, error)) (Out, error) {
	c.now++
	i := len(c.calls)
	c.calls = append(c.calls, call[In, Out]{task: sched.Locate(ctx).Task().Name(), in: in, began: c.now})
	out, err := f(ctx)
	c.now++
	if err == nil {
		c.calls[i].out, c.calls[i].ended = out, c.now
	}
	return out, err
}

// A Model is an object as a state, whose calls happen one after the other.
type Model[S comparable, In, Out any] struct {
	// Start is the first state.
	Start S
	// Step returns the state after a call, and whether the call can return
	// out in that state.
	Step func(state S, in In, out Out) (next S, ok bool)
}

// CheckLinearizable fails the test unless the calls that have returned, each at
// some moment between its beginning and its return, could have happened one
// after the other as m has it. It tries all orders, by Wing and Gong's search
// with Lowe's memory of states; it never suspends.
func CheckLinearizable[S comparable, In, Out any](t testing.TB, c *Calls[In, Out], m Model[S, In, Out]) {
	t.Helper()
	s := &linearSearch[S, In, Out]{model: m, seen: map[linearState[S]]bool{}}
	for _, x := range c.calls {
		if x.ended > 0 {
			s.calls = append(s.calls, x)
		}
	}
	if !s.search(m.Start, make([]byte, (len(s.calls)+7)/8), 0) {
		t.Errorf("asynctest: the calls cannot have happened one after the other:\n%s", s)
	}
}

// linearSearch looks for an order of calls.
type linearSearch[S comparable, In, Out any] struct {
	calls []call[In, Out] // in the order they began
	model Model[S, In, Out]
	seen  map[linearState[S]]bool
	best  int // how many calls were put in order at most
}

// linearState is how far a search has come: which calls have happened, and what
// has come of it.
type linearState[S comparable] struct {
	done  string
	state S
}

// search puts the calls in order that are not done. It reports whether there is
// one.
func (s *linearSearch[S, In, Out]) search(state S, done []byte, n int) bool {
	s.best = max(s.best, n)
	if n == len(s.calls) {
		return true
	}
	key := linearState[S]{string(done), state}
	if s.seen[key] {
		return false
	}
	s.seen[key] = true
	first := s.firstReturn(done)
	for i, c := range s.calls {
		if c.began > first {
			break // it began after another one, which is not done, had returned
		}
		if done[i/8]&(1<<(i%8)) != 0 {
			continue
		}
		next, ok := s.model.Step(state, c.in, c.out)
		if !ok {
			continue
		}
		done[i/8] |= 1 << (i % 8)
		if s.search(next, done, n+1) {
			return true
		}
		done[i/8] &^= 1 << (i % 8)
	}
	return false
}

// firstReturn returns when the first of the calls that are not done returned.
func (s *linearSearch[S, In, Out]) firstReturn(done []byte) int {
	first := int(^uint(0) >> 1)
	for i, c := range s.calls {
		if done[i/8]&(1<<(i%8)) == 0 {
			first = min(first, c.ended)
		}
	}
	return first
}

// String lists the calls.
func (s *linearSearch[S, In, Out]) String() string {
	var b strings.Builder
	for _, c := range s.calls {
		fmt.Fprintf(&b, "  from %3d to %3d  %-10s %v -> %v\n", c.began, c.ended, c.task, c.in, c.out)
	}
	fmt.Fprintf(&b, "At most %d of these %d can be put in order.", s.best, len(s.calls))
	return b.String()
}

package sched

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// function is a body made of a function.
type function func(t *Task) error

func (f function) Run(t *Task) error { return f(t) }
func (f function) Describe() string  { return "a function" }

// inTask runs f as the only task of a loop.
func inTask(t *testing.T, f func(task *Task)) {
	t.Helper()
	l := New(Config{})
	var task Task
	l.Start(&task, l, function(func(t *Task) error {
		f(t)
		return nil
	}))
	require.Equal(t, Deadlocked, l.Run(context.Background()), "nothing is left to do")
	require.Nil(t, l.Close())
}

// visited are the scopes that a chain passes, nil for the task's own, and which of them count as asked.
func visited(task *Task, s *Scope) (scopes []*Scope, counts []bool) {
	for c := (chain{scope: s}); c.next(); {
		scopes, counts = append(scopes, c.scope), append(counts, c.counts(task))
	}
	return scopes, counts
}

func TestAChainWalksFromTheInnermostScopeOut(t *testing.T) {
	inTask(t, func(task *Task) {
		outer := NewScope(task, CancelScope)
		inner := NewScope(outer, CancelScope)
		scopes, counts := visited(task, inner)
		require.Equal(t, []*Scope{inner, outer, nil}, scopes)
		require.Equal(t, []bool{false, false, false}, counts)
		outer.Request(nil)
		_, counts = visited(task, inner)
		require.Equal(t, []bool{false, true, false}, counts)
		scopes, _ = visited(task, nil)
		require.Equal(t, []*Scope{nil}, scopes)
		Uncancel(inner)
	})
}

func TestAViewHidesTheRequestsBeforeIt(t *testing.T) {
	inTask(t, func(task *Task) {
		outer := NewScope(task, CancelScope)
		outer.Request(nil)
		view := Uncancel(outer).(*Scope)
		inner := NewScope(view, CancelScope)
		scopes, counts := visited(task, inner)
		require.Equal(t, []*Scope{inner, outer, nil}, scopes, "a view cannot be asked")
		require.Equal(t, []bool{false, false, false}, counts)
		task.Cancel(nil)
		_, counts = visited(task, inner)
		require.Equal(t, []bool{false, false, true}, counts)
		again := Uncancel(Uncancel(inner)).(*Scope)
		require.Same(t, inner, again.outer, "views do not pile up")
		_, counts = visited(task, again)
		require.Equal(t, []bool{false, false, false}, counts)
	})
}

func TestNothingCountsBeyondWithoutCancel(t *testing.T) {
	inTask(t, func(task *Task) {
		p := Locate(context.WithoutCancel(task))
		require.Same(t, beyond, p.scope)
		inner := NewScope(context.WithoutCancel(task), CancelScope)
		task.Cancel(nil)
		scopes, counts := visited(task, inner)
		require.Equal(t, []*Scope{inner}, scopes)
		require.Equal(t, []bool{false}, counts)
		Uncancel(task)
	})
}

func TestALiveForeignContextHidesWhatIsAroundIt(t *testing.T) {
	inTask(t, func(task *Task) {
		outer := NewScope(task, CancelScope)
		ctx, cancel := context.WithCancel(outer)
		f := Locate(ctx).scope
		type other struct{}
		require.Same(t, f, Locate(context.WithValue(ctx, other{}, nil)).scope, "one scope for each context")
		scopes, _ := visited(task, f)
		require.Equal(t, []*Scope{f}, scopes)
		require.True(t, f.within(f) && f.within(outer) && f.within(nil))
		require.False(t, outer.within(f))
		cancel()
		scopes, counts := visited(task, f)
		require.Equal(t, []*Scope{f, outer, nil}, scopes)
		require.Equal(t, []bool{false, false, false}, counts, "nobody has looked")
		Place{task: task, scope: f}.pollForeign()
		_, counts = visited(task, f)
		require.Equal(t, []bool{true, false, false}, counts)
		Uncancel(ctx)
	})
}

func TestTheFirstRequestThatCountsIsTheReason(t *testing.T) {
	one, two, three := errors.New("one"), errors.New("two"), errors.New("three")
	inTask(t, func(task *Task) {
		outer := NewScope(task, CancelScope)
		inner := NewScope(outer, CancelScope)
		inner.Request(one)
		outer.Request(two)
		task.Cancel(three)
		require.Equal(t, &CanceledError{one}, Place{task: task, scope: inner}.reason())
		require.Equal(t, &CanceledError{two}, Place{task: task, scope: outer}.reason())
		require.Equal(t, &CanceledError{three}, Place{task: task}.reason())
		require.True(t, Place{task: task, scope: inner}.pending())
		require.True(t, Place{task: task, scope: inner}.deliver())
		require.False(t, Place{task: task, scope: inner}.pending())
		require.False(t, Place{task: task}.deliver())
	})
}

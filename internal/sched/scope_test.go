package sched

import (
	"context"
	"errors"
	"slices"
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

// reached are the scopes whose requests count in s, nil for the task's own.
func reached(task *Task, s *Scope) []*Scope { return slices.Collect(task.reach(s)) }

func TestScopeReachGoesOutwardsAsFarAsContextsHaveEnded(t *testing.T) {
	inTask(t, func(task *Task) {
		outer := NewScope(task, CancelScope)
		inner := NewScope(outer, CancelScope)
		require.Empty(t, reached(task, inner))
		outer.Request(nil)
		require.Equal(t, []*Scope{inner, outer}, reached(task, inner))
		require.Empty(t, reached(task, nil))
		task.Cancel(nil)
		require.Equal(t, []*Scope{inner, outer, nil}, reached(task, inner))
		require.Equal(t, []*Scope{nil}, reached(task, nil))
		Uncancel(inner)
	})
}

func TestScopeViewHidesTheRequestsBeforeIt(t *testing.T) {
	inTask(t, func(task *Task) {
		outer := NewScope(task, CancelScope)
		outer.Request(nil)
		view := Uncancel(outer).(*Scope)
		inner := NewScope(view, CancelScope)
		require.Empty(t, reached(task, inner))
		require.Same(t, view, Uncancel(outer), "views do not pile up")
		require.Same(t, inner, Uncancel(inner), "nothing to acknowledge")
		task.Cancel(nil)
		require.Equal(t, []*Scope{inner, view, outer, nil}, reached(task, inner))
		again := Uncancel(inner).(*Scope)
		require.NoError(t, again.Err())
		outer.Close()
		require.ErrorIs(t, again.Err(), context.Canceled, "it was made in a scope that was left")
		require.ErrorIs(t, Uncancel(task).Err(), nil)
	})
}

func TestScopeBeyondWithoutCancelIsReachedByNothing(t *testing.T) {
	inTask(t, func(task *Task) {
		a := Locate(context.WithoutCancel(task))
		require.Same(t, detachedScope, a.scope)
		inner := NewScope(context.WithoutCancel(task), CancelScope)
		task.Cancel(nil)
		require.Empty(t, reached(task, inner))
		inner.Request(nil)
		require.Equal(t, []*Scope{inner}, reached(task, inner))
		Uncancel(task)
	})
}

func TestScopeOfALiveForeignContextHidesWhatIsAroundIt(t *testing.T) {
	inTask(t, func(task *Task) {
		outer := NewScope(task, CancelScope)
		ctx, cancel := context.WithCancel(outer)
		f := Locate(ctx).scope
		type other struct{}
		require.Same(t, f, Locate(context.WithValue(ctx, other{}, nil)).scope, "one scope for each context")
		require.Empty(t, reached(task, f))
		cancel()
		require.Equal(t, []*Scope{f}, reached(task, f))
		require.False(t, f.requested, "nobody has looked")
		Awaiter{task: task, scope: f}.pollForeign()
		require.True(t, f.requested)
		outer.Request(nil)
		require.Equal(t, []*Scope{f, outer}, reached(task, f))
		Uncancel(ctx)
	})
}

func TestScopeOfADetachedContextMovesOutOfWhatHasEnded(t *testing.T) {
	inTask(t, func(task *Task) {
		outer := NewScope(task, CancelScope)
		inner := NewScope(outer, CancelScope)
		ctx, cancel := context.WithCancel(context.WithoutCancel(inner))
		defer cancel()
		f := Locate(ctx).scope
		require.Same(t, inner, f.outside())
		inner.Close()
		require.Same(t, outer, f.outside())
		outer.Request(nil)
		require.Nil(t, f.outside())
		task.Cancel(nil)
		require.Same(t, detachedScope, f.outside())
		Uncancel(task)
	})
}

func TestScopeEndsWithTheFirstRequestThatCounts(t *testing.T) {
	one, two, three := errors.New("one"), errors.New("two"), errors.New("three")
	inTask(t, func(task *Task) {
		outer := NewScope(task, CancelScope)
		inner := NewScope(outer, CancelScope)
		inner.Request(one)
		outer.Request(two)
		task.Cancel(three)
		task.Cancel(one)
		require.Equal(t, &CanceledError{one}, Awaiter{task: task, scope: inner}.Err())
		require.Equal(t, &CanceledError{two}, Awaiter{task: task, scope: outer}.Err())
		require.Equal(t, &CanceledError{three}, Awaiter{task: task}.Err())
		require.Equal(t, Undelivered, Awaiter{task: task, scope: inner}.Status())
		require.True(t, Awaiter{task: task, scope: inner}.deliver())
		require.Equal(t, Delivered, Awaiter{task: task, scope: inner}.Status())
		require.False(t, Awaiter{task: task}.deliver())
		Awaiter{task: task, scope: inner}.Redeliver()
		require.True(t, inner.undelivered)
	})
}

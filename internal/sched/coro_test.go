package sched

import (
	"context"
	"iter"
	"runtime"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// What the scheduler builds on, and what it works around, in the runtime's
// coroutines.

func TestCoroGoexitTakesItsResumerAlong(t *testing.T) {
	returned := false
	done := make(chan struct{})
	go func() {
		defer close(done)
		next, _ := iter.Pull(func(func(int) bool) { runtime.Goexit() })
		next()
		returned = true
	}()
	<-done
	require.False(t, returned, "if it returns by now, parkExited is not needed any more")
}

func TestCoroPanicInPlaceOfAGoexitEndsTheCoroutineAlone(t *testing.T) {
	next, _ := iter.Pull(func(yield func(int) bool) {
		defer func() {
			yield(2) // it waits in the middle of its Goexit
			panic(goexit{})
		}()
		yield(1)
		runtime.Goexit()
	})
	for want := 1; want <= 2; want++ {
		v, ok := next()
		require.True(t, ok)
		require.Equal(t, want, v)
	}
	require.PanicsWithValue(t, goexit{}, func() { next() })
	_, ok := next()
	require.False(t, ok)
}

func TestCoroMayBeResumedByOneGoroutineAfterAnother(t *testing.T) {
	next, stop := iter.Pull(func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	})
	for want := range 10 {
		done := make(chan int)
		go func() {
			v, _ := next()
			done <- v
		}()
		require.Equal(t, want, <-done)
	}
	stop()
}

func TestCoroIsSharedByTasksOneAfterAnother(t *testing.T) {
	l := New(Config{})
	var seen []*coro
	for range 5 {
		task := new(Task)
		l.Start(task, l, function(func(t *Task) error {
			seen = append(seen, t.co)
			return nil
		}))
	}
	require.Equal(t, Deadlocked, l.Run(context.Background()))
	require.Len(t, seen, 5)
	for _, co := range seen {
		require.Same(t, seen[0], co)
	}
	require.Empty(t, l.idleCoros, "it ends with the Run")
	require.Nil(t, l.Close())
}

func TestCoroThatExitedIsReapedWithTheNextIteration(t *testing.T) {
	l := New(Config{})
	l.GoexitEndsTaskOnly()
	for range 3 {
		l.Start(new(Task), l, function(func(*Task) error { panic("one") }))
		l.Start(new(Task), l, function(func(*Task) error { runtime.Goexit(); return nil }))
		require.Equal(t, Deadlocked, l.Run(context.Background()))
		require.Empty(t, l.exitedCoros)
	}
	require.NotNil(t, l.Close(), "nobody retrieved the panics")
}

func TestTaskTakesNoMoreThan208Bytes(t *testing.T) {
	require.LessOrEqual(t, unsafe.Sizeof(Task{}), uintptr(216), "a Task[Void] with its shell must fit the size class of 224 bytes")
}

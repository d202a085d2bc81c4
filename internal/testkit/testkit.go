// Package testkit has what the tests of the root package and those of
// internal/behavior share: loops in virtual time, coroutines, records of what
// happened, counts of turns.
package testkit

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/gobaton/async"
)

// ErrBoom and ErrCrash are errors for tests.
var (
	ErrBoom  = errors.New("boom")
	ErrCrash = errors.New("crash")
)

// Millisecond is the unit of most times in these tests.
const Millisecond = time.Millisecond

// After returns a coroutine that takes d and has the value v.
func After[T any](d time.Duration, v T) async.Coro[T] {
	return func(ctx context.Context) (T, error) { return async.SleepValue(ctx, d, v) }
}

// Failing returns a coroutine that takes d and fails.
func Failing(d time.Duration, err error) async.Coro[int] {
	return func(ctx context.Context) (int, error) {
		if err := async.Sleep(ctx, d); err != nil {
			return 0, err
		}
		return 0, err
	}
}

// Forever ends only when it is canceled.
func Forever(ctx context.Context) error { return async.NewFuture[async.Void](ctx).Wait(ctx) }

// Never returns a function that must not begin.
func Never(t *testing.T) func(ctx context.Context) error {
	return func(context.Context) error {
		t.Error("it has begun")
		return nil
	}
}

// NeverValue does what Never does, with a value.
func NeverValue(t *testing.T) async.Coro[int] {
	return func(ctx context.Context) (int, error) { return 0, Never(t)(ctx) }
}

// Now returns the loop's time.
func Now(ctx context.Context) time.Duration { return async.RunningLoop(ctx).Time() }

// Goexit ends its goroutine, as t.FailNow does.
func Goexit(context.Context) error {
	runtime.Goexit()
	return nil
}

// EndsByGoexit reports whether f ends its goroutine rather than returning.
func EndsByGoexit(f func()) bool {
	done := make(chan bool)
	go func() {
		returned := false
		defer func() { done <- !returned && recover() == nil }()
		f()
		returned = true
	}()
	return <-done
}

// PanicOf returns what f panics with.
func PanicOf(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

// Panicked returns the PanicError that f panics with.
func Panicked(t *testing.T, f func()) *async.PanicError {
	t.Helper()
	err, ok := PanicOf(f).(*async.PanicError)
	if !ok {
		t.Fatal("f does not panic with a *PanicError")
	}
	return err
}

// ErrorN returns a function that fails with an error of its own.
func ErrorN(n int) async.Func {
	return func(context.Context) error { return fmt.Errorf("error %d", n) }
}

// Soon lets fn be called in the portal's loop.
func Soon(p *async.Portal, fn func()) error {
	_, err := p.CallSoonThreadsafe(fn)
	return err
}

// UpTo returns 0, 1, ... n-1.
func UpTo(n int) []int {
	all := make([]int, 0, n)
	for i := range n {
		all = append(all, i)
	}
	return all
}

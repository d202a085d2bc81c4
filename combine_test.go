package async_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// What the tests of the combinators have in common.
var (
	errBoom  = errors.New("boom")
	errCrash = errors.New("crash")
)

const ms = time.Millisecond

// virtually runs main in virtual time. It fails the test with what nobody retrieved.
func virtually(t *testing.T, main func(ctx context.Context)) {
	t.Helper()
	told := virtuallyWith(t, async.Runner{}, main)
	require.Empty(t, told, "reported")
}

// virtuallyWith is virtually with a runner as given. It returns what was reported.
func virtuallyWith(t *testing.T, r async.Runner, main func(ctx context.Context)) (told []string) {
	t.Helper()
	r.Clock = asynctest.NewClock()
	r.OnError = func(e *async.ErrorEvent) { told = append(told, e.Message) }
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		main(ctx)
		return nil
	}))
	require.NoError(t, r.Close())
	return told
}

// after is a coroutine that takes d and has the value v.
func after[T any](d time.Duration, v T) async.Coro[T] {
	return func(ctx context.Context) (T, error) { return async.SleepValue(ctx, d, v) }
}

// failing is a coroutine that takes d and fails.
func failing(d time.Duration, err error) async.Coro[int] {
	return func(ctx context.Context) (int, error) {
		if err := async.Sleep(ctx, d); err != nil {
			return 0, err
		}
		return 0, err
	}
}

// forever is a function that ends only when it is canceled.
func forever(ctx context.Context) error { return async.NewFuture[async.Void](ctx).Wait(ctx) }

// never is a function that must not begin.
func never(t *testing.T) func(ctx context.Context) error {
	return func(context.Context) error {
		t.Error("it has begun")
		return nil
	}
}

// neverValue is never with a value.
func neverValue(t *testing.T) async.Coro[int] {
	return func(ctx context.Context) (int, error) { return 0, never(t)(ctx) }
}

// now is the loop's time.
func now(ctx context.Context) time.Duration { return async.RunningLoop(ctx).Time() }

// turns counts the iterations of a loop.
type turns struct {
	n    int
	loop *async.Loop
	next *async.Handle
}

// countTurns begins to count. It has to come first in a test, so that it stands first in each iteration.
func countTurns(ctx context.Context) *turns {
	c := &turns{loop: async.RunningLoop(ctx)}
	c.next = c.loop.CallSoon(c.turn)
	return c
}

func (c *turns) turn() {
	c.n++
	c.next = c.loop.CallSoon(c.turn)
}

// during is how many iterations begin while f runs.
func (c *turns) during(f func()) int {
	before := c.n
	f()
	return c.n - before
}

// at lets fn be called in the iteration n from now.
func (c *turns) at(n int, fn func()) {
	c.loop.CallSoon(func() {
		if n <= 1 {
			fn()
			return
		}
		c.at(n-1, fn)
	})
}

// stop ends the count: time passes only then.
func (c *turns) stop() { c.next.Cancel() }

// trace is what happened, in order.
type trace []string

func (tr *trace) add(s string) { *tr = append(*tr, s) }

// traced is a coroutine that waits until it is canceled, and notes that.
func (tr *trace) traced(name string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		err := forever(ctx)
		tr.add(name)
		return err
	}
}

// goexit ends its goroutine, as t.FailNow does.
func goexit(context.Context) error {
	runtime.Goexit()
	return nil
}

// endsByGoexit reports whether f ends its goroutine rather than returning.
func endsByGoexit(f func()) bool {
	done := make(chan bool)
	go func() {
		returned := false
		defer func() { done <- !returned && recover() == nil }()
		f()
		returned = true
	}()
	return <-done
}

// panicOf is what f panics with.
func panicOf(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

package cpython

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// ms makes the delays of CPython's tests, which are fractions of a second,
// readable.
const ms = time.Millisecond

// errMine and errOther are what tests fail with, where CPython's raise
// ZeroDivisionError, ValueError and the like.
var (
	errMine  = errors.New("mine")
	errOther = errors.New("other")
)

// fail is a coroutine that fails with err at once.
func fail(err error) async.Func {
	return func(context.Context) error { return err }
}

// sleep is a coroutine that sleeps for d.
func sleep(d time.Duration) async.Func {
	return func(ctx context.Context) error { return async.Sleep(ctx, d) }
}

// result is a coroutine that returns v at once.
func result[T any](v T) async.Coro[T] {
	return func(context.Context) (T, error) { return v, nil }
}

// yields suspends n times; test_utils.run_briefly, and sleep(0) in a loop.
func yields(t testing.TB, ctx context.Context, n int) {
	t.Helper()
	for range n {
		require.NoError(t, async.Yield(ctx))
	}
}

// told runs body as main of r's loop in virtual time, closes the loop, and
// returns what the loop told its error handler, with the error of the run.
func told(r *async.Runner, body func(ctx context.Context) error) (events []*async.ErrorEvent, err error) {
	r.Clock = asynctest.NewClock()
	r.OnError = func(e *async.ErrorEvent) { events = append(events, e) }
	defer func() { _ = r.Close() }()
	err = r.Run(context.Background(), body)
	_ = r.Close()
	return events, err
}

// inBothModes runs body twice in virtual time: with tasks that start in their
// turn, and with tasks that start at once, as CPython does with a class of
// tests for its eager task factory.
func inBothModes(t *testing.T, body func(t *testing.T, ctx context.Context)) {
	for _, eager := range []bool{false, true} {
		t.Run(fmt.Sprintf("eager=%t", eager), func(t *testing.T) {
			events, err := told(&async.Runner{Eager: eager}, func(ctx context.Context) error {
				body(t, ctx)
				return nil
			})
			require.NoError(t, err)
			require.Empty(t, events)
		})
	}
}

// elapsed is the time of the loop that body takes.
func elapsed(ctx context.Context, body func()) time.Duration {
	begun := async.RunningLoop(ctx).Time()
	body()
	return async.RunningLoop(ctx).Time() - begun
}

// A record is what happened, in order.
type record []string

func (r *record) add(format string, args ...any) { *r = append(*r, fmt.Sprintf(format, args...)) }

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

// after is a coroutine that sleeps for d and returns v.
func after[T any](d time.Duration, v T) async.Coro[T] {
	return func(ctx context.Context) (T, error) { return async.SleepValue(ctx, d, v) }
}

// failAfter is a coroutine that sleeps for d and fails with err.
func failAfter(d time.Duration, err error) async.Func {
	return func(ctx context.Context) error {
		if interrupted := async.Sleep(ctx, d); interrupted != nil {
			return interrupted
		}
		return err
	}
}

// failFinally is a coroutine that sleeps for d and fails with err, also when it
// is interrupted.
func failFinally(d time.Duration, err error) async.Func {
	return func(ctx context.Context) error {
		_ = async.Sleep(ctx, d)
		return err
	}
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
func told(r *async.Runner, body func(ctx context.Context) error) (events []error, err error) {
	r.Clock = asynctest.NewClock()
	r.OnError = func(e *async.ErrorEvent) { events = append(events, e.Err) }
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
			require.Empty(t, toldBy(t, eager, body))
		})
	}
}

// toldBy is a test in one of these modes, and what the loop told its error
// handler.
func toldBy(t *testing.T, eager bool, body func(t *testing.T, ctx context.Context)) []error {
	t.Helper()
	events, err := told(&async.Runner{Eager: eager}, func(ctx context.Context) error {
		body(t, ctx)
		return nil
	})
	require.NoError(t, err)
	return events
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

// requireGroup requires err to be a group of just these errors, in that order.
func requireGroup(t testing.TB, err error, want ...error) {
	t.Helper()
	var group *async.GroupError
	require.ErrorAs(t, err, &group)
	require.Equal(t, want, group.Errors)
}

// requireCanceled requires err to be a cancellation.
func requireCanceled(t testing.TB, err error) {
	t.Helper()
	require.True(t, async.IsCanceled(err), "%v is no cancellation", err)
}

// onlyErrorOf returns the error of a group that has just one.
func onlyErrorOf(t testing.TB, err error) error {
	t.Helper()
	var group *async.GroupError
	require.ErrorAs(t, err, &group)
	require.Len(t, group.Errors, 1)
	return group.Errors[0]
}

// noting is a coroutine that sleeps for d and notes its name if it is
// interrupted.
func noting(r *record, name string, d time.Duration) async.Func {
	return func(ctx context.Context) error {
		err := async.Sleep(ctx, d)
		if async.IsCanceled(err) {
			r.add("%s", name)
		}
		return err
	}
}

// cancelAfter cancels a task that still runs after d, and returns its error.
func cancelAfter(t testing.TB, ctx context.Context, d time.Duration, task *async.Task[async.Void]) error {
	t.Helper()
	require.NoError(t, async.Sleep(ctx, d))
	require.False(t, task.Done())
	task.Cancel()
	return task.Wait(ctx)
}

// requireResult requires a task or future to have the value want.
func requireResult[T any](t testing.TB, of interface{ Result() (T, error) }, want T) {
	t.Helper()
	v, err := of.Result()
	require.NoError(t, err)
	require.Equal(t, want, v)
}

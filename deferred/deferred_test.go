package deferred_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/deferred"
)

var errBroken = errors.New("broken")

// record returns links that write down what they get.
type record []string

func (r *record) callback(name string) func(int) error {
	return func(v int) error {
		*r = append(*r, fmt.Sprintf("%s: %d", name, v))
		return nil
	}
}

func (r *record) errback(name string) func(error) error {
	return func(err error) error {
		*r = append(*r, fmt.Sprintf("%s: %v", name, err))
		return err
	}
}

func TestDeferredCallsItsChainWithinCallback(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var r record
		d := deferred.New[int](ctx)
		d.AddCallback(r.callback("first")).AddErrback(r.errback("not called")).AddCallback(r.callback("second"))
		require.False(t, d.Called())
		require.NoError(t, d.Callback(1))
		require.Equal(t, record{"first: 1", "second: 1"}, r)
		d.AddCallback(r.callback("late"))
		require.Equal(t, "late: 1", r[2])
	})
}

func TestDeferredIsFiredOnce(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		d := deferred.New[int](ctx)
		require.NoError(t, d.Callback(1))
		require.ErrorIs(t, d.Callback(2), deferred.ErrAlreadyCalled)
		require.ErrorIs(t, d.Errback(errBroken), deferred.ErrAlreadyCalled)
	})
}

func TestErrbackHandlesAnErrorOrPassesItOn(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var r record
		d := deferred.Fail[int](ctx, errBroken)
		d.AddCallback(r.callback("not called")).AddErrback(r.errback("passes on"))
		d.AddErrback(func(error) error { return nil })
		d.AddCallback(r.callback("handled"))
		require.Equal(t, record{"passes on: broken", "handled: 0"}, r)
	})
}

func TestErrbackDoesNotSeeTheCallbackBesideIt(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var r record
		d := deferred.Succeed(ctx, 1)
		d.AddCallbacks(func(int) error { return errBroken }, r.errback("beside"))
		d.AddErrbackValue(func(err error) (int, error) { return 7, nil })
		d.AddCallback(r.callback("next"))
		require.Equal(t, record{"next: 7"}, r)
	})
}

func TestAnErrorInAChainDropsTheValue(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		d := deferred.Succeed(ctx, 1)
		d.AddCallback(func(int) error { return errBroken }).AddErrback(func(error) error { return nil })
		v, err := d.Await(ctx)
		require.NoError(t, err)
		require.Zero(t, v)
	})
}

func TestPanicInALinkIsTheErrorOfTheNext(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var got error
		d := deferred.Succeed(ctx, 1).AddCallback(func(int) error { panic(errBroken) })
		d.AddErrback(func(err error) error { got = err; return nil })
		require.ErrorIs(t, got, errBroken)

		next := deferred.Then(deferred.Succeed(ctx, 1), func(int) (string, error) { panic("exploded") })
		require.Panics(t, func() { _ = next.Wait(ctx) })
	})
}

func TestThenChangesTheTypeAndTakesTheError(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		text := deferred.Then(deferred.Succeed(ctx, 12), func(v int) (string, error) { return strconv.Itoa(v), nil })
		v, err := text.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, "12", v)

		failing := deferred.New[int](ctx)
		after := deferred.Then(failing, func(int) (string, error) { return "", nil })
		require.NoError(t, failing.Errback(errBroken))
		require.ErrorIs(t, after.Wait(ctx), errBroken)
		require.NoError(t, failing.Wait(ctx), "the error has moved")
	})
}

func TestChainWaitsForTheInnerDeferred(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var r record
		inner := deferred.New[int](ctx)
		outer := deferred.Chain(deferred.Succeed(ctx, "a"), func(string) *deferred.Deferred[int] { return inner }, nil)
		outer.AddCallback(r.callback("outer"))
		require.False(t, outer.Called())
		require.NoError(t, inner.Callback(3))
		require.Equal(t, record{"outer: 3"}, r)
	})
}

func TestChainRetriesInItsErrback(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		again := func(error) *deferred.Deferred[int] { return deferred.Succeed(ctx, 2) }
		ok := func(v int) *deferred.Deferred[int] { return deferred.Succeed(ctx, v) }
		v, err := deferred.Chain(deferred.Fail[int](ctx, errBroken), ok, again).Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 2, v)
		require.ErrorIs(t, deferred.Chain(deferred.Fail[int](ctx, errBroken), ok, nil).Wait(ctx), errBroken)
	})
}

func TestChainRefusesNilAndItself(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		none := deferred.Chain(deferred.Succeed(ctx, 1), func(int) *deferred.Deferred[int] { return nil }, nil)
		require.PanicsWithError(t, panicText(none), func() { _ = none.Wait(ctx) })

		first, self := deferred.New[int](ctx), (*deferred.Deferred[int])(nil)
		self = deferred.Chain(first, func(int) *deferred.Deferred[int] { return self }, nil)
		require.NoError(t, first.Callback(1))
		require.Panics(t, func() { _ = self.Wait(ctx) })
	})
}

func panicText(d *deferred.Deferred[int]) (text string) {
	d.AddErrback(func(err error) error { text = err.Error(); return err })
	return text
}

func TestAnUnhandledErrorIsReported(t *testing.T) {
	var reported []string
	r := async.Runner{Clock: asynctest.NewClock(), OnError: func(e *async.ErrorEvent) {
		reported = append(reported, fmt.Sprintf("%s: %v", e.Message, e.Err))
	}}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		deferred.Fail[int](ctx, errBroken)
		deferred.Fail[int](ctx, errors.New("handled later")).AddErrback(func(error) error { return nil })
		return nil
	}))
	require.NoError(t, r.Close())
	require.Equal(t, []string{"error was never retrieved: broken"}, reported)
}

func TestCancelWithoutACancellerIgnoresOneResult(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		d := deferred.New[int](ctx)
		d.Cancel()
		require.True(t, async.IsCanceled(d.Wait(ctx)))
		require.NoError(t, d.Callback(1), "the caller could not know")
		require.ErrorIs(t, d.Callback(1), deferred.ErrAlreadyCalled)
	})
}

func TestCancelCallsTheCanceller(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		calls := 0
		d := deferred.New[int](ctx).OnCancel(func(*deferred.Deferred[int]) { calls++ })
		d.Cancel()
		d.Cancel()
		require.Equal(t, 1, calls)
		require.True(t, async.IsCanceled(d.Wait(ctx)))
		require.ErrorIs(t, d.Callback(1), deferred.ErrAlreadyCalled)

		kind := deferred.New[int](ctx).OnCancel(func(d *deferred.Deferred[int]) { _ = d.Callback(5) })
		kind.Cancel()
		v, err := kind.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 5, v)
	})
}

func TestCancelCascadesToWhatIsWaitedFor(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		first, inner := deferred.New[int](ctx), deferred.New[int](ctx)
		last := deferred.Then(deferred.Chain(first, func(int) *deferred.Deferred[int] { return inner }, nil),
			func(v int) (string, error) { return "", nil })
		require.NoError(t, first.Callback(1))
		last.Cancel()
		require.True(t, inner.Called())
		require.True(t, async.IsCanceled(last.Wait(ctx)))
	})
}

func TestCancelOfATaskThatAwaitsCancelsTheDeferred(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		stopped := false
		d := deferred.New[int](ctx).OnCancel(func(*deferred.Deferred[int]) { stopped = true })
		task := async.GoValue(ctx, d.Await)
		require.NoError(t, async.Yield(ctx))
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		require.True(t, stopped)
	})
}

func TestAddTimeoutTurnsTheCancellationIntoATimeout(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		slow := deferred.New[int](ctx).AddTimeout(time.Second)
		require.ErrorIs(t, slow.Wait(ctx), async.ErrTimeout)

		quick := deferred.New[int](ctx).AddTimeout(time.Second)
		require.NoError(t, quick.Callback(1))
		require.NoError(t, async.Sleep(ctx, time.Minute))
		require.NoError(t, quick.Wait(ctx))
	})
}

func TestFromFiresWhenTheTaskEnds(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		coro := async.Coro[int](func(ctx context.Context) (int, error) { return async.SleepValue(ctx, time.Second, 4) })
		v, err := deferred.From[int](ctx, coro).Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 4, v)

		task := async.GoValue(ctx, coro)
		d := deferred.From[int](ctx, task)
		d.Cancel()
		require.True(t, async.IsCanceled(d.Wait(ctx)))
		require.True(t, task.Canceled())
	})
}

func TestListWaitsForAllOrAsItsOptionsSay(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		ds := func() []*deferred.Deferred[int] {
			return []*deferred.Deferred[int]{deferred.New[int](ctx), deferred.New[int](ctx), deferred.New[int](ctx)}
		}
		all := ds()
		list := deferred.List(ctx, deferred.ListOptions{ConsumeErrors: true}, all...)
		require.NoError(t, all[2].Callback(3))
		require.NoError(t, all[0].Errback(errBroken))
		require.False(t, list.Called())
		require.NoError(t, all[1].Callback(2))
		results, err := list.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, []async.Result[int]{{Err: errBroken}, {Value: 2}, {Value: 3}}, results)

		some := ds()
		first := deferred.List(ctx, deferred.ListOptions{FireOnOneCallback: true}, some...)
		require.NoError(t, some[1].Callback(9))
		results, err = first.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, []async.Result[int]{{}, {Value: 9}, {}}, results)
		require.NoError(t, some[0].Callback(8))
		require.Zero(t, results[0].Value, "what comes later changes nothing")
	})
}

func TestGatherResultsFailsWithTheFirstError(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := deferred.New[int](ctx), deferred.New[int](ctx)
		all := deferred.GatherResults(ctx, a, b)
		require.NoError(t, b.Errback(errBroken))
		var first *deferred.FirstError
		require.ErrorAs(t, all.Wait(ctx), &first)
		require.Equal(t, 1, first.Index)
		require.ErrorIs(t, first, errBroken)

		none, err := deferred.GatherResults[int](ctx).Await(ctx)
		require.NoError(t, err)
		require.Empty(t, none)

		c := deferred.New[int](ctx)
		waiting := deferred.GatherResults(ctx, c)
		waiting.Cancel()
		require.True(t, c.Called())
		require.True(t, async.IsCanceled(waiting.Wait(ctx)))
	})
}

func TestMaybeCatchesErrorsAndPanics(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		require.ErrorIs(t, deferred.Maybe(ctx, func() (int, error) { return 0, errBroken }).Wait(ctx), errBroken)
		require.Panics(t, func() { _ = deferred.Maybe(ctx, func() (int, error) { panic("exploded") }).Wait(ctx) })
	})
}

func parse(v int) error       { return nil }
func recoverIt(_ error) error { return nil }
func stop(int, error) error   { return nil }

func TestStringShowsTheChain(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		d := deferred.New[int](ctx)
		d.AddCallbacks(parse, recoverIt).AddBoth(stop)
		require.Equal(t, "<Deferred pending -> callback parse, errback recoverIt -> both stop>", d.String())
		next := deferred.Then(d, func(int) (int, error) { return 0, nil })
		require.Contains(t, next.String(), "<Deferred waits for <Deferred pending -> ")
		require.NoError(t, d.Callback(1))
		require.Equal(t, "<Deferred value=1>", d.String())
		require.NoError(t, next.Wait(ctx))
	})
}

func TestDeferredsAreAwaitedInAGather(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := deferred.New[int](ctx), deferred.New[int](ctx)
		async.RunningLoop(ctx).CallSoon(func() { _ = b.Callback(2); _ = a.Callback(1) })
		all, err := async.Gather(ctx, a, b)
		require.NoError(t, err)
		require.Equal(t, []int{1, 2}, all)
	})
}

package async_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestCallRunsAFunctionInTheLoopAndWaits(t *testing.T) {
	_, portal := inBackground(t)
	visits := 0 // of the loop's, without a mutex
	var users sync.WaitGroup
	for range 8 {
		users.Go(func() {
			for range 50 {
				_ = async.Call(t.Context(), portal, func(ctx context.Context) error {
					n := visits
					visits = n + 1
					return async.Yield(ctx)
				})
			}
		})
	}
	users.Wait()
	v, err := async.CallValue(t.Context(), portal, func(context.Context) (int, error) { return visits, nil })
	require.NoError(t, err)
	require.Equal(t, 400, v)
	require.Equal(t, errBoom, async.Call(t.Context(), portal, func(context.Context) error { return errBoom }))
}

func TestCallGivesTheTaskTheCallersValuesAndTheFunctionsName(t *testing.T) {
	_, portal := inBackground(t)
	ctx := context.WithValue(t.Context(), ctxKey("k"), "v")
	got, err := async.CallValue(ctx, portal, func(ctx context.Context) (any, error) {
		return async.GoValue(ctx, func(ctx context.Context) (any, error) { return ctx.Value(ctxKey("k")), nil }).Await(ctx)
	})
	require.NoError(t, err)
	require.Equal(t, "v", got)
	require.NoError(t, async.Call(ctx, portal, namedCall(t)))
}

func namedCall(t *testing.T) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		require.Contains(t, async.CurrentTask(ctx).String(), "coro=<namedCall() running at portal_call_test.go:")
		return nil
	}
}

func TestCallWhoseContextEndsCancelsTheTaskAndAwaitsIt(t *testing.T) {
	_, portal := inBackground(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := false
	err := async.Call(ctx, portal, func(taskCtx context.Context) error {
		cancel(errBoom)
		err := forever(taskCtx)
		require.ErrorIs(t, context.Cause(taskCtx), errBoom)
		_ = async.Yield(async.Uncancel(taskCtx)) // the cleanup is awaited, too
		ended = true
		return err
	})
	require.True(t, ended)
	require.ErrorIs(t, err, errBoom)

	ctx, stop := context.WithTimeout(t.Context(), time.Nanosecond)
	defer stop()
	err = async.Call(ctx, portal, forever)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	ctx, cancel = context.WithCancelCause(t.Context())
	v, err := async.CallValue(ctx, portal, func(taskCtx context.Context) (int, error) {
		cancel(errBoom)
		_ = forever(taskCtx)
		return 7, nil
	})
	require.NoError(t, err, "it went on in spite of that")
	require.Equal(t, 7, v)
}

func TestCallPanicComesBack(t *testing.T) {
	_, portal := inBackground(t)
	defer func() {
		p, ok := recover().(*async.PanicError)
		require.True(t, ok)
		require.Equal(t, "ouch", p.Value)
		require.NoError(t, async.Call(t.Context(), portal, async.Yield), "the loop goes on")
	}()
	_ = async.Call(t.Context(), portal, func(context.Context) error { panic("ouch") })
	t.Error("it returned")
}

func TestCallThroughAClosedPortalFails(t *testing.T) {
	r, portal := inBackground(t)
	require.NoError(t, r.Close())
	require.ErrorIs(t, async.Call(t.Context(), portal, never(t)), async.ErrClosed)
}

func TestCallFromATaskOfAnotherLoopSuspends(t *testing.T) {
	_, portal := inBackground(t)
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		other := 0
		async.Go(ctx, func(context.Context) error { other++; return nil })
		return errors.Join(async.Call(ctx, portal, async.Yield), func() error {
			require.Equal(t, 1, other, "others of its loop ran meanwhile")
			return nil
		}())
	}))
}

func TestCallInATaskOfTheSameLoopPanics(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		require.PanicsWithValue(t, "async: Call in a task of the same loop would block it for ever: call the function itself, or use Go",
			func() { _ = async.Call(ctx, portal, async.Yield) })
	})
}

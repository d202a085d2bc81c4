package cpython

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// futures makes n futures.
func futures(ctx context.Context, n int) []*async.Future[int] {
	all := make([]*async.Future[int], n)
	for i := range all {
		all[i] = async.NewFuture[int](ctx)
	}
	return all
}

// gathers runs body with a task that gathers n futures, and with one that
// gathers n coroutines which await the futures: CPython's FutureGatherTests and
// CoroutineGatherTests. settled asks for all errors.
func gathers(t *testing.T, n int, settled bool, body func(ctx context.Context, fs []*async.Future[int], task *async.Task[[]async.Result[int]])) {
	for name, gather := range map[string]func(ctx context.Context, fs []*async.Future[int]) ([]async.Result[int], error){
		"futures": func(ctx context.Context, fs []*async.Future[int]) ([]async.Result[int], error) {
			return gatherAny(ctx, settled, fs)
		},
		"coroutines": func(ctx context.Context, fs []*async.Future[int]) ([]async.Result[int], error) {
			coros := make([]async.Coro[int], len(fs))
			for i, f := range fs {
				coros[i] = f.Await
			}
			return gatherAny(ctx, settled, coros)
		},
	} {
		t.Run(name, func(t *testing.T) {
			asynctest.Run(t, func(ctx context.Context) {
				fs := futures(ctx, n)
				task := async.GoValue(ctx, func(ctx context.Context) ([]async.Result[int], error) { return gather(ctx, fs) })
				yields(t, ctx, 3)
				body(ctx, fs, task)
			})
		})
	}
}

// gatherAny is Gather, or GatherSettled.
func gatherAny[A async.Awaitable[int]](ctx context.Context, settled bool, aws []A) ([]async.Result[int], error) {
	if settled {
		return async.GatherSettled(ctx, aws...)
	}
	values, err := async.Gather(ctx, aws...)
	results := make([]async.Result[int], len(values))
	for i, v := range values {
		results[i].Value = v
	}
	return results, err
}

func checkGatherSucceeds(t *testing.T, settled bool) {
	gathers(t, 3, settled, func(ctx context.Context, fs []*async.Future[int], task *async.Task[[]async.Result[int]]) {
		require.NoError(t, fs[1].SetResult(1))
		require.NoError(t, fs[0].SetResult(2))
		require.NoError(t, asynctest.WaitIdle(ctx))
		require.False(t, task.Done())
		require.NoError(t, fs[2].SetResult(3))
		results, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, []async.Result[int]{{Value: 2}, {Value: 1}, {Value: 3}}, results)
	})
}

func TestGatherTestsBase_success(t *testing.T) { checkGatherSucceeds(t, false) }

func TestGatherTestsBase_result_exception_success(t *testing.T) { checkGatherSucceeds(t, true) }

func TestGatherTestsBase_one_exception(t *testing.T) {
	gathers(t, 5, false, func(ctx context.Context, fs []*async.Future[int], task *async.Task[[]async.Result[int]]) {
		require.NoError(t, fs[0].SetResult(1))
		require.NoError(t, fs[1].SetError(errMine))
		require.NoError(t, asynctest.WaitIdle(ctx))
		require.Equal(t, errMine, task.Err())
		require.NoError(t, fs[2].SetResult(3))
		require.True(t, fs[3].Cancel())
		require.NoError(t, fs[4].SetError(errOther))
		require.Equal(t, errOther, fs[4].Err())
	})
}

func TestGatherTestsBase_return_exceptions(t *testing.T) {
	gathers(t, 4, true, func(ctx context.Context, fs []*async.Future[int], task *async.Task[[]async.Result[int]]) {
		require.NoError(t, fs[1].SetResult(1))
		require.NoError(t, fs[2].SetError(errMine))
		require.NoError(t, fs[0].SetResult(3))
		require.NoError(t, asynctest.WaitIdle(ctx))
		require.False(t, task.Done())
		require.NoError(t, fs[3].SetError(errOther))
		results, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, []async.Result[int]{{Value: 3}, {Value: 1}, {Err: errMine}, {Err: errOther}}, results)
	})
}

func TestFutureGather_constructor_empty_sequence_without_loop(t *testing.T) {
	require.Contains(t, panics(t, func() { _, _ = async.Gather[*async.Future[int]](t.Context()) }), "loop")
}

func TestFutureGather_constructor_empty_sequence_use_running_loop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		values, err := async.Gather[*async.Future[int]](ctx)
		require.NoError(t, err)
		require.Empty(t, values)
	})
}

func TestFutureGather_constructor_heterogenous_futures(t *testing.T) {
	foreign := async.NewFuture[int](otherLoop(t).Context())
	asynctest.Run(t, func(ctx context.Context) {
		text := panics(t, func() { _, _ = async.Gather(ctx, async.NewFuture[int](ctx), foreign) })
		require.Contains(t, text, "another loop")
	})
}

func TestFutureGather_constructor_homogenous_futures(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		fs := futures(ctx, 3)
		gather := func(ctx context.Context) ([]int, error) { return async.Gather(ctx, fs...) }
		first, second := async.GoValue(ctx, gather), async.GoValue(ctx, gather)
		require.NoError(t, asynctest.WaitIdle(ctx))
		require.False(t, first.Done())
		require.False(t, second.Done())
		for _, f := range fs {
			require.NoError(t, f.SetResult(0))
		}
		require.NoError(t, errors.Join(first.Wait(ctx), second.Wait(ctx)))
	})
}

func TestFutureGather_one_cancellation(t *testing.T) {
	gathers(t, 5, false, func(ctx context.Context, fs []*async.Future[int], task *async.Task[[]async.Result[int]]) {
		require.NoError(t, fs[0].SetResult(1))
		require.True(t, fs[1].CancelCause(errMine))
		err := task.Wait(ctx)
		requireCanceled(t, err)
		require.ErrorIs(t, err, errMine)
		require.NoError(t, fs[2].SetResult(3))
		require.True(t, fs[3].Cancel())
		require.NoError(t, fs[4].SetError(errOther))
		require.Equal(t, errOther, fs[4].Err())
	})
}

func TestFutureGather_result_exception_one_cancellation(t *testing.T) {
	gathers(t, 6, true, func(ctx context.Context, fs []*async.Future[int], task *async.Task[[]async.Result[int]]) {
		require.NoError(t, fs[0].SetResult(1))
		require.NoError(t, fs[1].SetError(errMine))
		require.True(t, fs[2].Cancel())
		require.NoError(t, asynctest.WaitIdle(ctx))
		require.False(t, task.Done())
		require.NoError(t, fs[3].SetResult(3))
		require.True(t, fs[4].Cancel())
		require.NoError(t, fs[5].SetError(errOther))
		results, err := task.Await(ctx)
		require.NoError(t, err)
		for _, i := range []int{2, 4} {
			requireCanceled(t, results[i].Err)
			results[i].Err = nil
		}
		require.Equal(t, []async.Result[int]{{Value: 1}, {Err: errMine}, {}, {Value: 3}, {}, {Err: errOther}}, results)
	})
}

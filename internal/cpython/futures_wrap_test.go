package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// offLoop hands fn to the loop's own executor.
func offLoop(ctx context.Context, fn async.Coro[int]) *async.Future[int] {
	return async.RunInExecutor(ctx, nil, fn)
}

func TestBaseFuture_copy_state(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		v, err := offLoop(ctx, result(10)).Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 10, v)

		failed := offLoop(ctx, func(context.Context) (int, error) { return 0, errMine })
		require.Equal(t, errMine, failed.Wait(ctx))
		require.Equal(t, errMine, failed.Err())
	})
}

func TestBaseFuture_copy_state_from_concurrent_futures(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		pool := &async.ThreadPool{Workers: 1}
		busy, queued, free := stuck(ctx, pool)
		require.True(t, queued.Cancel(), "before its function begins")
		close(free)
		require.NoError(t, busy.Wait(ctx))
		require.True(t, queued.Canceled())
		_, err := queued.Result()
		require.True(t, async.IsCanceled(err), "the value of its function, if any, is dropped")
		require.NoError(t, pool.Shutdown(ctx))
	})
}

// stuck are the futures of two functions in a pool with room for one: the first
// ends when free is closed.
func stuck(ctx context.Context, pool *async.ThreadPool) (busy, queued *async.Future[int], free chan struct{}) {
	free, begun := make(chan struct{}), make(chan struct{})
	busy = async.RunInExecutor(ctx, pool, func(context.Context) (int, error) {
		close(begun)
		<-free
		return 1, nil
	})
	<-begun
	queued = async.RunInExecutor(ctx, pool, result(2))
	return busy, queued, free
}

func TestBaseFuture_wrap_future(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		called := make(chan int, 1)
		f := offLoop(ctx, func(context.Context) (int, error) {
			called <- 1
			return 7, nil
		})
		require.Equal(t, 1, <-called, "on a goroutine of its own: this one is blocked here")
		v, err := f.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 7, v)
	})
}

func TestBaseFuture_wrap_future_without_loop(t *testing.T) {
	require.Contains(t, panics(t, func() {
		async.RunInExecutor(t.Context(), new(async.ThreadPool), result(1))
	}), "loop")
}

func TestBaseFuture_wrap_future_use_running_loop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := offLoop(ctx, result(1))
		require.NoError(t, async.Go(ctx, f.Wait).Wait(ctx), "it belongs to the loop of ctx")
	})
}

func TestBaseFuture_wrap_future_cancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		begun, ended := make(chan struct{}), make(chan error, 1)
		f := offLoop(ctx, func(ctx context.Context) (int, error) {
			close(begun)
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return 0, nil
		})
		<-begun
		require.True(t, f.CancelCause(errMine))
		require.True(t, f.Canceled())
		require.ErrorIs(t, <-ended, errMine, "the function was told")
	})
}

func TestBaseFuture_wrap_future_cancel2(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		returns := make(chan struct{})
		f := offLoop(ctx, func(context.Context) (int, error) {
			defer close(returns)
			return 42, nil
		})
		<-returns
		require.True(t, f.Cancel(), "the loop has not heard of the result yet")
		yields(t, ctx, 1)
		require.True(t, f.Canceled())
	})
}

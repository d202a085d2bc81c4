package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestCoroutineGather_constructor_without_loop(t *testing.T) {
	require.Contains(t, panics(t, func() { _, _ = async.Gather(t.Context(), result("abc"), result("abc")) }), "loop")
}

func TestCoroutineGather_constructor_use_running_loop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		values, err := async.Gather(ctx, result("abc"), result("abc"))
		require.NoError(t, err)
		require.Equal(t, []string{"abc", "abc"}, values)
	})
}

func TestCoroutineGather_duplicate_coroutines(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		runs := 0
		abc := async.Coro[string](func(context.Context) (string, error) {
			runs++
			return "abc", nil
		})
		values, err := async.Gather(ctx, abc, abc, result("def"), abc)
		require.NoError(t, err)
		require.Equal(t, []string{"abc", "abc", "def", "abc"}, values)
		require.Equal(t, 3, runs, "a function runs wherever it stands")

		runs = 0
		task := async.GoValue(ctx, abc)
		values, err = async.Gather(ctx, task, task, async.GoValue(ctx, result("def")), task)
		require.NoError(t, err)
		require.Equal(t, []string{"abc", "abc", "def", "abc"}, values)
		require.Equal(t, 1, runs)
	})
}

func TestCoroutineGather_cancellation_broadcast(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		proof := 0
		f := async.NewFuture[int](ctx)
		inner := func(ctx context.Context) error {
			err := f.Wait(ctx)
			if err == nil {
				proof++
			}
			return err
		}
		child1, child2 := async.Go(ctx, inner), async.Go(ctx, inner)
		outer := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Gather(ctx, child1, child2)
			if err == nil {
				proof += 100
			}
			return err
		})
		yields(t, ctx, 1)
		require.True(t, outer.Cancel())
		requireCanceled(t, outer.Wait(ctx))
		require.True(t, f.Canceled())
		require.True(t, child1.Canceled())
		require.True(t, child2.Canceled())
		yields(t, ctx, 1)
		require.Zero(t, proof)
	})
}

func TestCoroutineGather_exception_marking(t *testing.T) {
	events, err := told(&async.Runner{}, func(ctx context.Context) error {
		a, b := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		inner := func(f *async.Future[int]) async.Func {
			return func(ctx context.Context) error {
				require.NoError(t, f.Wait(ctx))
				return errMine
			}
		}
		outer := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Gather(ctx, inner(a), inner(b))
			return err
		})
		yields(t, ctx, 2)
		require.NoError(t, a.SetResult(0))
		yields(t, ctx, 1)
		require.NoError(t, b.SetResult(0))
		require.Equal(t, errMine, outer.Wait(ctx))
		yields(t, ctx, 2)
		return nil
	})
	require.NoError(t, err)
	require.Empty(t, events, "the second error is dropped, not told")
}

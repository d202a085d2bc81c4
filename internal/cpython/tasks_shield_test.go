package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// shielded starts a task that awaits aw behind a Shield, and lets it begin. A
// Shield here is a call; there it is a future, which a task stands for.
func shielded[T any](t *testing.T, ctx context.Context, aw async.Awaitable[T]) *async.Task[T] {
	t.Helper()
	task := async.GoValue(ctx, func(ctx context.Context) (T, error) { return async.Shield(ctx, aw) })
	yields(t, ctx, 1)
	return task
}

func TestBaseTask_shield_result(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		inner := async.NewFuture[int](ctx)
		outer := shielded(t, ctx, inner)
		require.NoError(t, inner.SetResult(42))
		v, err := outer.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 42, v)
	})
}

func TestBaseTask_shield_exception(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		inner := async.NewFuture[int](ctx)
		outer := shielded(t, ctx, inner)
		require.NoError(t, inner.SetError(errMine))
		require.Equal(t, errMine, outer.Wait(ctx))
	})
}

func TestBaseTask_shield_cancel_inner(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		inner := async.NewFuture[int](ctx)
		outer := shielded(t, ctx, inner)
		inner.Cancel()
		ended(t, ctx, outer)
	})
}

func TestBaseTask_shield_cancel_outer(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		inner := async.NewFuture[int](ctx)
		outer := shielded(t, ctx, inner)
		outer.Cancel()
		yields(t, ctx, 1)
		require.True(t, outer.Canceled())
		require.False(t, inner.Done())
	})
}

func TestBaseTask_shield_shortcut(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.NoError(t, f.SetResult(42))
		asynctest.MustNotSuspend(t, ctx, func() {
			v, err := async.Shield(ctx, f)
			require.NoError(t, err)
			require.Equal(t, 42, v)
		})
	})
}

func TestBaseTask_shield_effect(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		proof := 0
		f := async.NewFuture[int](ctx)
		outer := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Shield(ctx, async.Func(func(ctx context.Context) error {
				require.NoError(t, f.Wait(ctx))
				proof++
				return nil
			}))
			if err == nil {
				proof += 100
			}
			return err
		})
		yields(t, ctx, 2)
		outer.Cancel()
		ended(t, ctx, outer)
		require.NoError(t, f.SetResult(0))
		yields(t, ctx, 1)
		require.Equal(t, 1, proof)
	})
}

func TestBaseTask_shield_gather(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		one, two := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		gathered := async.GoValue(ctx, func(ctx context.Context) ([]int, error) { return async.Gather(ctx, one, two) })
		outer := shielded(t, ctx, gathered)
		outer.Cancel()
		yields(t, ctx, 1)
		require.True(t, outer.Canceled())
		require.NoError(t, one.SetResult(1))
		require.NoError(t, two.SetResult(2))
		v, err := gathered.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, []int{1, 2}, v)
	})
}

func TestBaseTask_gather_shield(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		one, two := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		inner1, inner2 := shielded(t, ctx, one), shielded(t, ctx, two)
		parent := async.GoValue(ctx, func(ctx context.Context) ([]int, error) { return async.Gather(ctx, inner1, inner2) })
		yields(t, ctx, 1)
		parent.Cancel()
		ended(t, ctx, parent)
		require.True(t, inner1.Canceled())
		require.True(t, inner2.Canceled())
		require.NoError(t, one.SetResult(1))
		require.NoError(t, two.SetResult(2))
	})
}

func TestBaseTask_shield_coroutine_without_loop(t *testing.T) {
	require.Contains(t, panics(t, func() { _, _ = async.Shield(t.Context(), result(42)) }), "loop")
}

func TestBaseTask_shield_coroutine_use_running_loop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		v, err := shielded(t, ctx, result(42)).Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 42, v)
	})
}

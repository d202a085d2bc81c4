package cpython

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestBaseTask_create_task_with_async_function(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		for range 2 {
			require.NoError(t, async.Go(ctx, async.Yield).Wait(ctx))
		}
	})
}

func TestBaseTask_create_task_with_asynclike_function(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		like := aw{result("42")}
		for range 2 {
			v, err := async.GoValue(ctx, like.Await).Await(ctx)
			require.NoError(t, err)
			require.Equal(t, "42", v)
		}
	})
}

func TestBaseTask_bare_create_task(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.GoValue(ctx, result(1))
		v, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

// nameKey is the key of a value in a context, as a ContextVar is there.
type nameKey struct{}

func TestBaseTask_context_1(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		ctx = context.WithValue(ctx, nameKey{}, "nope")
		task := async.Go(ctx, func(ctx context.Context) error {
			require.NoError(t, async.Sleep(ctx, 10*ms))
			require.Equal(t, "nope", ctx.Value(nameKey{}))
			ctx = context.WithValue(ctx, nameKey{}, "something else")
			return async.Yield(ctx)
		})
		ctx = context.WithValue(ctx, nameKey{}, "yes")
		require.NoError(t, task.Wait(ctx))
		require.Equal(t, "yes", ctx.Value(nameKey{}))
	})
}

func TestBaseTask_context_2(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		f.OnDone(func() { _ = context.WithValue(ctx, nameKey{}, "something else") })
		ctx = context.WithValue(ctx, nameKey{}, "yes")
		async.RunningLoop(ctx).CallSoon(func() { _ = f.SetResult(0) })
		require.NoError(t, f.Wait(ctx))
		require.Equal(t, "yes", ctx.Value(nameKey{}))
	})
}

func TestBaseTask_context_4(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		set := func(ctx context.Context) error {
			yields(t, ctx, 1)
			require.Equal(t, "as given", ctx.Value(nameKey{}))
			ctx = context.WithValue(ctx, nameKey{}, "set")
			return async.Yield(ctx)
		}
		given := context.WithValue(ctx, nameKey{}, "as given")
		for range 2 {
			require.NoError(t, async.Go(given, set).Wait(ctx))
			require.Equal(t, "as given", given.Value(nameKey{}))
		}
	})
}

func TestBaseTask_context_3(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	sub := func(ctx context.Context) error {
		for i := range 10 {
			ctx := context.WithValue(ctx, nameKey{}, i)
			require.NoError(t, async.Sleep(ctx, time.Duration(1+random.IntN(50))*ms))
			require.Equal(t, i, ctx.Value(nameKey{}))
		}
		return nil
	}
	asynctest.Run(t, func(ctx context.Context) {
		tasks := make([]*plainTask, 100)
		for i := range tasks {
			tasks[i] = async.Go(ctx, sub)
		}
		_, err := async.Gather(ctx, tasks...)
		require.NoError(t, err)
		require.Nil(t, ctx.Value(nameKey{}))
	})
}

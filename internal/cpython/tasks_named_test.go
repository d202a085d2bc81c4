package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestBaseTask_bare_create_named_task(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(async.Named(ctx, "No-op"), async.Yield)
		require.Equal(t, "No-op", task.Name())
		require.NoError(t, task.Wait(ctx))
	})
}

// startsNamed starts a task with the given function and returns the name that
// the task read of itself, if it has run.
func startsNamed(ctx context.Context, start func(ctx context.Context, fn func(ctx context.Context) error) *plainTask) (task *plainTask, name *string) {
	name = new(string)
	return start(async.Named(ctx, "example"), func(ctx context.Context) error {
		*name = async.CurrentTask(ctx).Name()
		return nil
	}), name
}

func TestBaseTask_eager_start_true(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task, name := startsNamed(ctx, async.GoEager)
		require.True(t, task.Done())
		require.Equal(t, "example", *name)
		require.NoError(t, task.Wait(ctx))
	})
}

func TestBaseTask_eager_start_false(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		task, name := startsNamed(ctx, async.GoLazy)
		require.False(t, task.Done())
		require.Empty(t, *name)
		require.NoError(t, task.Wait(ctx))
		require.Equal(t, "example", *name)
	})
}

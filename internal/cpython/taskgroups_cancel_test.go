package cpython

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestTaskGroup_taskgroup_cancel_children(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		took := elapsed(ctx, func() {
			require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(sleep(10 * time.Second))
				tg.Go(sleep(10 * time.Second))
				err := async.Yield(ctx)
				tg.Cancel()
				return err
			}))
		})
		require.Zero(t, took)
	})
}

func TestTaskGroup_taskgroup_cancel_body(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		testBodyIsCanceled(t, ctx, func(tg *async.TaskGroup) { tg.Cancel() })
	})
}

func TestTaskGroup_taskgroup_cancel_idempotent(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		testBodyIsCanceled(t, ctx, func(tg *async.TaskGroup) {
			tg.Cancel()
			tg.Cancel()
		})
	})
}

func TestTaskGroup_taskgroup_cancel_after_exit(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var tg async.TaskGroup
		require.NoError(t, tg.Do(ctx, async.Yield))
		tg.Cancel()
		require.NoError(t, async.Yield(ctx))
	})
}

func TestTaskGroup_taskgroup_cancel_before_enter(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var tg async.TaskGroup
		tg.Cancel()
		begun := false
		require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
			begun = true
			err := async.Yield(ctx)
			requireCanceled(t, err)
			return err
		}))
		require.True(t, begun)
	})
}

func TestTaskGroup_taskgroup_cancel_before_exception(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(func(context.Context) error {
				tg.Cancel()
				return errMine
			})
			return async.Sleep(ctx, time.Second)
		})
		requireGroup(t, err, errMine)
	})
}

func TestTaskGroup_taskgroup_cancel_after_exception(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(func(context.Context) error {
				defer tg.Cancel()
				return errMine
			})
			return async.Sleep(ctx, time.Second)
		})
		requireGroup(t, err, errMine)
	})
}

func TestTaskGroup_taskgroup_cancel_before_create_task(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		require.NoError(t, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Cancel()
			requireRefused(t, tg)
			return nil
		}))
	})
}

func TestTaskGroup_taskgroup_cancel_from_child_before_first_suspension(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var child *async.Task[async.Void]
		took := elapsed(ctx, func() {
			require.NoError(t, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				child = tg.Go(func(ctx context.Context) error {
					tg.Cancel()
					return async.Sleep(ctx, 10*time.Second)
				})
				return nil
			}))
		})
		require.True(t, child.Canceled())
		require.Zero(t, took)
	})
}

func TestTaskGroup_taskgroup_cancel_keeps_outer_cancellation(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var tg async.TaskGroup
		task := async.Go(ctx, func(ctx context.Context) error {
			return tg.Do(ctx, func(context.Context) error {
				tg.Go(func(ctx context.Context) error {
					err := async.Sleep(ctx, time.Second)
					_ = async.Sleep(async.Uncancel(ctx), 100*ms)
					return err
				})
				return nil
			})
		})
		require.NoError(t, async.Sleep(ctx, 10*ms))
		tg.Cancel() // the group waits for its task now,
		require.NoError(t, async.Sleep(ctx, 10*ms))
		task.CancelCause(errMine) // and is canceled from outside meanwhile
		err := task.Wait(ctx)
		requireCanceled(t, err)
		require.ErrorIs(t, err, errMine)
	})
}

// testBodyIsCanceled requires the body of a group that cancel cancels to be
// interrupted in its next await, and the group to end without an error.
func testBodyIsCanceled(t *testing.T, ctx context.Context, cancel func(tg *async.TaskGroup)) {
	interrupted := false
	require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		cancel(tg)
		err := async.Yield(ctx)
		interrupted = async.IsCanceled(err)
		return err
	}))
	require.True(t, interrupted)
	require.NoError(t, async.Yield(ctx))
}

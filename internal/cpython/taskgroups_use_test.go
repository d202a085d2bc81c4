package cpython

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

func TestTaskGroup_taskgroup_task_name(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		require.NoError(t, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			task := tg.GoNamed("yolo", async.Yield)
			require.Equal(t, "yolo", task.Name())
			return nil
		}))
	})
}

func TestTaskGroup_taskgroup_task_context(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		type key struct{}
		ctx = context.WithValue(ctx, key{}, 1)
		require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			return tg.Go(func(ctx context.Context) error {
				require.NoError(t, async.Yield(ctx))
				require.Equal(t, 1, ctx.Value(key{}))
				return nil
			}).Wait(ctx)
		}))
	})
}

func TestTaskGroup_taskgroup_no_create_task_after_failure(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(failAfter(ms, errMine))
			tg.Go(func(ctx context.Context) error {
				err := async.Sleep(ctx, time.Second)
				requireCanceled(t, err)
				requireRefused(t, tg)
				return err
			})
			return nil
		})
		requireGroup(t, err, errMine)
	})
}

func TestTaskGroup_taskgroup_context_manager_exit_raises(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		require.NoError(t, async.Go(ctx, func(ctx context.Context) error {
			task := async.CurrentTask(ctx)
			err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(fail(errMine))
				requireCanceled(t, async.Sleep(ctx, time.Second))
				return errOther // of what is around the sleep, as it ends
			})
			requireGroup(t, err, errMine, errOther)
			require.Zero(t, task.Canceling())
			return nil
		}).Wait(ctx))
	})
}

func TestTaskGroup_taskgroup_already_entered(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var tg async.TaskGroup
		require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
			require.Panics(t, func() { _ = tg.Do(ctx, async.Yield) })
			return nil
		}))
	})
}

func TestTaskGroup_taskgroup_double_enter(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var tg async.TaskGroup
		require.NoError(t, tg.Do(ctx, fail(nil)))
		require.Panics(t, func() { _ = tg.Do(ctx, fail(nil)) })
	})
}

func TestTaskGroup_taskgroup_finished(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var tg async.TaskGroup
		require.NoError(t, tg.Do(ctx, fail(nil)))
		requireRefused(t, &tg)
	})
}

func TestTaskGroup_taskgroup_not_entered(t *testing.T) {
	inBothModes(t, func(t *testing.T, _ context.Context) {
		var tg async.TaskGroup
		require.Panics(t, func() { tg.Go(async.Yield) })
	})
}

func TestTaskGroup_taskgroup_without_parent_task(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var tg async.TaskGroup
		noTask := async.RunningLoop(ctx).Context()
		require.Panics(t, func() { _ = tg.Do(noTask, async.Yield) })
		require.Panics(t, func() { tg.Go(async.Yield) })
	})
}

func TestTaskGroup_coro_closed_when_tg_closed(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var tg async.TaskGroup
		require.NoError(t, tg.Do(ctx, fail(nil)))
		requireRefused(t, &tg) // and what was refused leaves nothing behind
	})
}

func TestTaskGroup_cancelling_level_preserved(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(failAfter(0, errMine))
			return nil
		})
		requireGroup(t, err, errMine)
		require.Zero(t, async.CurrentTask(ctx).Canceling())
	})
}

func TestTaskGroup_nested_groups_both_cancelled(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		task := async.CurrentTask(ctx)
		err := async.WithTaskGroup(ctx, func(ctx context.Context, outer *async.TaskGroup) error {
			err := async.WithTaskGroup(ctx, func(_ context.Context, inner *async.TaskGroup) error {
				inner.Go(failAfter(0, errMine))
				outer.Go(failAfter(0, errOther))
				return nil
			})
			requireGroup(t, err, errMine)
			require.Equal(t, 1, task.Canceling())
			return nil
		})
		requireGroup(t, err, errOther)
		require.Zero(t, task.Canceling())
	})
}

func TestTaskGroup_error_and_cancel(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var begun primitives.Event
		inner := async.Go(ctx, func(ctx context.Context) error {
			task := async.CurrentTask(ctx)
			err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error {
					begun.Set()
					require.NoError(t, async.Yield(ctx))
					return errMine
				})
				return async.Sleep(ctx, time.Second)
			})
			requireGroup(t, err, errMine)
			require.Equal(t, 1, task.Canceling())
			return async.Sleep(ctx, time.Second)
		})
		require.NoError(t, begun.Wait(ctx))
		require.Zero(t, inner.Canceling())
		inner.Cancel()
		require.Equal(t, 1, inner.Canceling())
		requireCanceled(t, inner.Wait(ctx))
		require.True(t, inner.Canceled())
	})
}

func TestTaskGroup_name(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		name := ""
		require.NoError(t, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.GoNamed("example name", func(ctx context.Context) error {
				name = async.CurrentTask(ctx).Name()
				return nil
			})
			return nil
		}))
		require.Equal(t, "example name", name)
	})
}

func TestTaskGroup_cancels_task_if_created_during_creation(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		interrupted := false
		err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(func(ctx context.Context) error {
				tg.Go(fail(errMine))
				err := async.Yield(ctx) // started at once, it is canceled here,
				if err == nil {
					err = async.Yield(ctx) // and else here
				}
				interrupted = async.IsCanceled(err)
				return nil
			})
			return nil
		})
		requireGroup(t, err, errMine)
		require.True(t, interrupted)
	})
}

func TestTaskGroup_cancellation_does_not_leak_out_of_tg(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(fail(errMine))
			return nil
		})
		requireGroup(t, err, errMine)
		require.NoError(t, async.Yield(ctx))
	})
}

// requireRefused requires a group to take no more tasks.
func requireRefused(t *testing.T, tg *async.TaskGroup) {
	t.Helper()
	ran := false
	task := tg.Go(func(context.Context) error {
		ran = true
		return nil
	})
	require.True(t, task.Done())
	require.ErrorIs(t, task.Err(), async.ErrGroupClosed)
	require.False(t, ran)
}

package async_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestTaskGroupFailureCancelsTheSiblingsInOrderThenTheBody(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var ended record
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(ended.Traced("a"))
			tg.Go(sleepThen(ms, errBoom))
			tg.Go(ended.Traced("b"))
			return ended.Traced("body")(ctx)
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
		require.Equal(t, record{"a", "b", "body"}, ended)
		require.EqualError(t, err, "async: task group: boom")
		require.NoError(t, ctx.Err())
		require.NoError(t, async.Yield(ctx))
	})
}

func TestTaskGroupFailureIsTheCauseOfTheCancellation(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		check := func(ctx context.Context) error {
			err := forever(ctx)
			require.ErrorIs(t, err, errBoom)
			require.Equal(t, errBoom, context.Cause(ctx))
			require.Equal(t, context.Canceled, ctx.Err())
			return err
		}
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(check)
			tg.Go(sleepThen(ms, errBoom))
			tg.Go(stubborn(ms, errCrash))
			return check(ctx)
		})
		require.Equal(t, []error{errBoom, errCrash}, groupErrors(t, err))
		err = group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(check)
			require.NoError(t, async.Yield(ctx))
			return errBoom
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
	})
}

func TestTaskGroupErrorsComeInOrderTheBodysLast(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		bodyError := errors.New("body")
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(stubborn(3*ms, errors.New("third")))
			tg.Go(stubborn(2*ms, fmt.Errorf("second: %w", errCrash)))
			tg.Go(sleepThen(ms, errBoom))
			_ = forever(ctx)
			return bodyError
		})
		require.EqualError(t, err, "async: task group, 4 errors: boom; second: crash; third; body")
		require.ErrorIs(t, err, errBoom)
		require.ErrorIs(t, err, errCrash)
		require.ErrorIs(t, err, bodyError)
		require.Equal(t, bodyError, groupErrors(t, err)[3])
		require.Equal(t, groupErrors(t, err), err.(interface{ Unwrap() []error }).Unwrap())
		require.False(t, async.IsCanceled(err))
	})
}

func TestTaskGroupErrorOfTheBodyCancelsTheTasks(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var task *async.Task[async.Void]
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			task = tg.Go(forever)
			return errBoom
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
		require.True(t, task.Canceled())
		require.ErrorIs(t, task.Err(), errBoom)
	})
}

func TestTaskGroupNestedCollectsItsOwnErrors(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		err := group(ctx, func(ctx context.Context, outer *async.TaskGroup) error {
			outer.Go(stubborn(ms, errCrash))
			outer.Go(func(ctx context.Context) error {
				return group(ctx, func(_ context.Context, inner *async.TaskGroup) error {
					inner.Go(sleepThen(ms, errBoom))
					inner.Go(forever)
					return nil
				})
			})
			return nil
		})
		require.EqualError(t, err, "async: task group, 2 errors: async: task group: boom; crash")
		require.Equal(t, []error{errBoom}, groupErrors(t, groupErrors(t, err)[0]))
	})
}

func TestTaskGroupFailureOfTheOuterGoesThroughTheInnerBody(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var inner *async.Task[async.Void]
		err := group(ctx, func(ctx context.Context, outer *async.TaskGroup) error {
			outer.Go(sleepThen(ms, errBoom))
			err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				inner = tg.Go(forever)
				return nil
			})
			require.True(t, async.IsCanceled(err))
			require.ErrorIs(t, err, errBoom)
			return err
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
		require.True(t, inner.Canceled())
		require.NoError(t, ctx.Err())
	})
}

func TestTaskGroupSuperviseLeavesTheSiblingsOfAFailureAlone(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		tg := async.TaskGroup{Supervise: true}
		var good *async.Task[int]
		err := tg.Do(ctx, func(ctx context.Context) error {
			tg.Go(sleepThen(ms, errBoom))
			tg.Go(sleepThen(2*ms, errCrash))
			good = async.GoValueIn(&tg, after(3*ms, 1))
			require.NoError(t, async.Sleep(ctx, 4*ms))
			tg.Go(func(context.Context) error { return nil })
			return nil
		})
		require.Equal(t, []error{errBoom, errCrash}, groupErrors(t, err))
		v, err := good.Result()
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

func TestTaskGroupFailureOfAnEagerTaskBeforeItSuspendsCancelsTheSiblings(t *testing.T) {
	require.Empty(t, virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
		var sibling *async.Task[async.Void]
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			sibling = tg.Go(forever)
			tg.Go(func(context.Context) error { return errBoom })
			return nil
		})
		require.Equal(t, []error{errBoom}, groupErrors(t, err))
		require.True(t, sibling.Canceled())
	}))
}

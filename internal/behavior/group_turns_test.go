package behavior_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

// The hops of asyncio's TaskGroup: the number of iterations between a cause and
// its effect.
func TestTaskGroupTurns(t *testing.T) {
	t.Run("without tasks it does not suspend", func(t *testing.T) {
		testkit.Virtually(t, func(ctx context.Context) {
			count := testkit.CountTurns(ctx)
			require.Zero(t, count.During(func() {
				require.NoError(t, async.WithTaskGroup(ctx, func(context.Context, *async.TaskGroup) error { return nil }))
			}))
			count.Stop()
		})
	})
	t.Run("the last end to the exit: 2", func(t *testing.T) {
		testkit.Virtually(t, func(ctx context.Context) {
			count := testkit.CountTurns(ctx)
			ended := 0
			require.NoError(t, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error { ended = count.N; return nil })
				return nil
			}))
			require.Equal(t, 2, count.N-ended)
			count.Stop()
		})
	})
	t.Run("a failure to the siblings and the body: 2, to the exit: 4", func(t *testing.T) {
		testkit.Virtually(t, func(ctx context.Context) {
			count := testkit.CountTurns(ctx)
			failed, sibling, body := 0, 0, 0
			err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error { err := testkit.Forever(ctx); sibling = count.N; return err })
				tg.Go(func(ctx context.Context) error {
					err := async.Yield(ctx)
					failed = count.N
					return errors.Join(err, testkit.ErrBoom)
				})
				err := testkit.Forever(ctx)
				body = count.N
				return err
			})
			require.ErrorIs(t, err, testkit.ErrBoom)
			require.Equal(t, []int{2, 2, 4}, []int{sibling - failed, body - failed, count.N - failed})
			count.Stop()
		})
	})
	t.Run("Cancel to the siblings and the body: 1, to the exit: 3", func(t *testing.T) {
		testkit.Virtually(t, func(ctx context.Context) {
			count := testkit.CountTurns(ctx)
			canceled, sibling, body := 0, 0, 0
			require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error { err := testkit.Forever(ctx); sibling = count.N; return err })
				count.At(3, func() { canceled = count.N; tg.Cancel() })
				err := testkit.Forever(ctx)
				body = count.N
				return err
			}))
			require.Equal(t, []int{1, 1, 3}, []int{sibling - canceled, body - canceled, count.N - canceled})
			count.Stop()
		})
	})
	t.Run("an outside cancellation of an owner that awaits: child 2, owner 4, its callback 5", func(t *testing.T) {
		testkit.Virtually(t, func(ctx context.Context) {
			count := testkit.CountTurns(ctx)
			canceled, child, owner, callback := 0, 0, 0, 0
			task := async.Go(ctx, func(ctx context.Context) error {
				err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
					tg.Go(func(ctx context.Context) error { err := testkit.Forever(ctx); child = count.N; return err })
					return nil
				})
				owner = count.N
				return err
			})
			task.OnDone(func() { callback = count.N })
			count.At(5, func() { canceled = count.N; task.Cancel() })
			require.True(t, async.IsCanceled(task.Wait(ctx)))
			require.Equal(t, []int{2, 4, 5}, []int{child - canceled, owner - canceled, callback - canceled})
			count.Stop()
		})
	})
	t.Run("two nested groups: leaf 3, the top's callback 8", func(t *testing.T) {
		testkit.Virtually(t, func(ctx context.Context) {
			count := testkit.CountTurns(ctx)
			canceled, leaf, callback := 0, 0, 0
			task := async.Go(ctx, func(ctx context.Context) error {
				return async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
					tg.Go(func(ctx context.Context) error {
						return async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
							tg.Go(func(ctx context.Context) error { err := testkit.Forever(ctx); leaf = count.N; return err })
							return nil
						})
					})
					return nil
				})
			})
			task.OnDone(func() { callback = count.N })
			count.At(7, func() { canceled = count.N; task.Cancel() })
			require.True(t, async.IsCanceled(task.Wait(ctx)))
			require.Equal(t, []int{3, 8}, []int{leaf - canceled, callback - canceled})
			count.Stop()
		})
	})
}

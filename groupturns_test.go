package async_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// The hops of asyncio's TaskGroup: the number of iterations between a cause and its effect.
func TestTheTurnsOfAGroup(t *testing.T) {
	t.Run("without tasks it does not suspend", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			count := countTurns(ctx)
			require.Zero(t, count.during(func() {
				require.NoError(t, group(ctx, func(context.Context, *async.TaskGroup) error { return nil }))
			}))
			count.stop()
		})
	})
	t.Run("the last end to the exit: 2", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			count := countTurns(ctx)
			ended := 0
			require.NoError(t, group(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error { ended = count.n; return nil })
				return nil
			}))
			require.Equal(t, 2, count.n-ended)
			count.stop()
		})
	})
	t.Run("a failure to the siblings and the body: 2, to the exit: 4", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			count := countTurns(ctx)
			failed, sibling, body := 0, 0, 0
			err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error { err := forever(ctx); sibling = count.n; return err })
				tg.Go(func(ctx context.Context) error {
					err := async.Yield(ctx)
					failed = count.n
					return errors.Join(err, errBoom)
				})
				err := forever(ctx)
				body = count.n
				return err
			})
			require.ErrorIs(t, err, errBoom)
			require.Equal(t, []int{2, 2, 4}, []int{sibling - failed, body - failed, count.n - failed})
			count.stop()
		})
	})
	t.Run("Cancel to the siblings and the body: 1, to the exit: 3", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			count := countTurns(ctx)
			canceled, sibling, body := 0, 0, 0
			require.NoError(t, group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error { err := forever(ctx); sibling = count.n; return err })
				count.at(3, func() { canceled = count.n; tg.Cancel() })
				err := forever(ctx)
				body = count.n
				return err
			}))
			require.Equal(t, []int{1, 1, 3}, []int{sibling - canceled, body - canceled, count.n - canceled})
			count.stop()
		})
	})
	t.Run("an outside cancellation of an owner that awaits: child 2, owner 4, its callback 5", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			count := countTurns(ctx)
			canceled, child, owner, callback := 0, 0, 0, 0
			task := async.Go(ctx, func(ctx context.Context) error {
				err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
					tg.Go(func(ctx context.Context) error { err := forever(ctx); child = count.n; return err })
					return nil
				})
				owner = count.n
				return err
			})
			task.OnDone(func() { callback = count.n })
			count.at(5, func() { canceled = count.n; task.Cancel() })
			require.True(t, async.IsCanceled(task.Wait(ctx)))
			require.Equal(t, []int{2, 4, 5}, []int{child - canceled, owner - canceled, callback - canceled})
			count.stop()
		})
	})
	t.Run("two nested groups: leaf 3, the top's callback 8", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			count := countTurns(ctx)
			canceled, leaf, callback := 0, 0, 0
			task := async.Go(ctx, func(ctx context.Context) error {
				return group(ctx, func(_ context.Context, tg *async.TaskGroup) error {
					tg.Go(func(ctx context.Context) error {
						return group(ctx, func(_ context.Context, tg *async.TaskGroup) error {
							tg.Go(func(ctx context.Context) error { err := forever(ctx); leaf = count.n; return err })
							return nil
						})
					})
					return nil
				})
			})
			task.OnDone(func() { callback = count.n })
			count.at(7, func() { canceled = count.n; task.Cancel() })
			require.True(t, async.IsCanceled(task.Wait(ctx)))
			require.Equal(t, []int{3, 8}, []int{leaf - canceled, callback - canceled})
			count.stop()
		})
	})
}

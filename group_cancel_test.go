package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestTaskGroupCancelTwiceDoesNothing(t *testing.T) {
	var r record
	virtually(t, func(ctx context.Context) {
		var outer, inner async.TaskGroup
		async.Go(ctx, func(context.Context) error {
			inner.Go(async.Yield)
			return nil
		})
		async.Go(ctx, func(context.Context) error {
			outer.Cancel() // ends inner's body, which cancels its task
			return nil
		})
		async.Go(ctx, func(ctx context.Context) error {
			_ = async.Yield(ctx)
			inner.Cancel()
			_ = async.Yield(ctx)
			r.Add("a turn later")
			return nil
		})
		require.NoError(t, outer.Do(ctx, func(ctx context.Context) error {
			return inner.Do(ctx, async.Yield)
		}))
		r.Add("both have ended")
	})
	require.Equal(t, record{"a turn later", "both have ended"}, r)
}

func TestTaskGroupIsNotFailedByATaskThatIsCanceled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		gone := async.Go(ctx, forever)
		gone.Cancel()
		require.NoError(t, group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			task := tg.Go(forever)
			tg.Go(gone.Wait)
			tg.Go(sleepThen(2*ms, nil))
			require.NoError(t, async.Sleep(ctx, ms))
			task.Cancel()
			return nil
		}))
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestTaskGroupReturnsTheCancellationOfWhatTheBodyAwaited(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		gone := async.Go(ctx, forever)
		gone.CancelCause(errCrash)
		var task *async.Task[async.Void]
		err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			task = tg.Go(forever)
			return gone.Wait(ctx)
		})
		require.True(t, async.IsCanceled(err))
		require.ErrorIs(t, err, errCrash)
		require.True(t, task.Canceled())
	})
}

func TestTaskGroupCanceledFromOutsideCancelsItsTasksAndReturnsTheCancellation(t *testing.T) {
	for name, body := range map[string]func(ctx context.Context) error{
		"in its body":     forever,
		"while it awaits": func(context.Context) error { return nil },
		"ignored in body": func(ctx context.Context) error { _ = forever(ctx); return nil },
		"in a nested body": func(ctx context.Context) error {
			return group(ctx, func(ctx context.Context, _ *async.TaskGroup) error { return forever(ctx) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				var ended record
				task := async.Go(ctx, func(ctx context.Context) error {
					return group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
						tg.Go(ended.Traced("a"))
						tg.Go(func(ctx context.Context) error {
							err := ended.Traced("b")(ctx)
							require.Equal(t, errBoom, context.Cause(ctx))
							return err
						})
						return body(ctx)
					})
				})
				async.RunningLoop(ctx).CallLater(ms, func() { task.CancelCause(errBoom) })
				err := task.Wait(ctx)
				require.EqualError(t, err, "async: canceled: boom")
				require.ErrorIs(t, err, errBoom)
				require.True(t, task.Canceled())
				require.Equal(t, record{"a", "b"}, ended)
			})
		})
	}
}

func TestTaskGroupErrorsWinOverACancellationFromOutsideWhichIsRedelivered(t *testing.T) {
	for _, cancelAgain := range []bool{false, true} {
		virtually(t, func(ctx context.Context) {
			var next error
			task := async.Go(ctx, func(ctx context.Context) error {
				err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
					tg.Go(stubborn(2*ms, errCrash))
					return nil
				})
				require.Equal(t, []error{errCrash}, groupErrors(t, err))
				f := async.NewFuture[int](ctx)
				next = f.Wait(ctx)
				require.True(t, f.Canceled(), "the request is passed on again")
				return nil
			})
			async.RunningLoop(ctx).CallLater(ms, func() { task.CancelCause(errBoom) })
			if cancelAgain {
				async.RunningLoop(ctx).CallLater(2*ms, func() { task.CancelCause(errBoom) })
			}
			require.NoError(t, task.Wait(ctx))
			require.True(t, async.IsCanceled(next))
			require.ErrorIs(t, next, errBoom)
			require.Equal(t, 3*ms, now(ctx))
		})
	}
}

func TestTaskGroupFailedUnderACancellationLetsItsTaskEndCanceled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(stubborn(ms, errCrash))
				return nil
			})
			require.ErrorIs(t, err, errCrash)
			return nil
		})
		async.RunningLoop(ctx).CallLater(ms, func() { task.CancelCause(errBoom) })
		require.ErrorIs(t, task.Wait(ctx), errBoom)
		require.True(t, task.Canceled())
	})
}

func TestTaskGroupCancel(t *testing.T) {
	t.Run("in its body", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			var ended record
			require.NoError(t, group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(ended.Traced("a"))
				tg.Go(ended.Traced("b"))
				require.NoError(t, async.Yield(ctx))
				tg.Cancel()
				tg.Cancel()
				return ended.Traced("body")(ctx)
			}))
			require.Equal(t, record{"a", "b", "body"}, ended)
			require.NoError(t, ctx.Err())
		})
	})
	t.Run("in a task, while the owner awaits", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			var sibling *async.Task[async.Void]
			require.NoError(t, group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				sibling = tg.Go(forever)
				tg.Go(func(ctx context.Context) error {
					tg.Cancel()
					err := async.Yield(ctx)
					require.True(t, async.IsCanceled(err))
					return err
				})
				return nil
			}))
			require.True(t, sibling.Canceled())
		})
	})
	t.Run("errors are returned all the same", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			err := group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(stubborn(ms, errCrash))
				require.NoError(t, async.Yield(ctx))
				tg.Cancel()
				_ = forever(ctx)
				return errBoom
			})
			require.Equal(t, []error{errCrash, errBoom}, groupErrors(t, err))
		})
	})
	t.Run("before Do", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			var tg async.TaskGroup
			tg.Cancel()
			require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
				require.Equal(t, async.ErrGroupClosed, tg.Go(never(t)).Err())
				require.Error(t, ctx.Err())
				return async.Sleep(ctx, time.Hour)
			}))
			require.Zero(t, now(ctx))
			require.NoError(t, async.Yield(ctx))
		})
	})
	t.Run("after Do", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			var tg async.TaskGroup
			require.NoError(t, tg.Do(ctx, func(ctx context.Context) error { return nil }))
			tg.Cancel()
			require.NoError(t, async.Yield(ctx))
		})
	})
	t.Run("together with one from outside, which wins", func(t *testing.T) {
		virtually(t, func(ctx context.Context) {
			var tg async.TaskGroup
			task := async.Go(ctx, func(ctx context.Context) error { return tg.Do(ctx, forever) })
			require.NoError(t, async.Yield(ctx))
			tg.Cancel()
			task.CancelCause(errBoom)
			require.ErrorIs(t, task.Wait(ctx), errBoom)
		})
	})
}

func TestTaskGroupCancelByAnEagerTaskBeforeItSuspendsDoesNotHang(t *testing.T) {
	for name, start := range map[string]func(tg *async.TaskGroup, ctx context.Context, fn func(ctx context.Context) error){
		"as a task of the group": func(tg *async.TaskGroup, _ context.Context, fn func(ctx context.Context) error) { tg.Go(fn) },
		"as an eager task beside it": func(_ *async.TaskGroup, ctx context.Context, fn func(ctx context.Context) error) {
			async.GoEager(ctx, fn)
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
				var tg async.TaskGroup
				var sibling, later *async.Task[async.Void]
				require.NoError(t, tg.Do(ctx, func(ctx context.Context) error {
					sibling = tg.Go(forever)
					start(&tg, ctx, func(ctx context.Context) error {
						tg.Cancel()
						if name == "as a task of the group" {
							return forever(ctx)
						}
						return nil
					})
					later = tg.Go(never(t))
					return nil
				}))
				require.True(t, sibling.Canceled())
				require.Equal(t, async.ErrGroupClosed, later.Err())
			}))
		})
	}
}

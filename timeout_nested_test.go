package async_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestTimeoutLosesToACancellationFromOutside(t *testing.T) {
	for name, order := range map[string][]time.Duration{"the cancellation first": {0, 1}, "the timeout first": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				scope := async.NewTimeout(ms)
				var task *async.Task[async.Void]
				cancel := func() { task.CancelCause(errBoom) }
				if order[0] == 0 {
					async.RunningLoop(ctx).CallLater(ms, cancel)
				}
				task = async.GoEager(ctx, func(ctx context.Context) error { return scope.Do(ctx, forever) })
				if order[0] == 1 {
					async.RunningLoop(ctx).CallLater(ms, cancel)
				}
				err := task.Wait(ctx)
				require.ErrorIs(t, err, errBoom)
				require.NotErrorIs(t, err, context.DeadlineExceeded)
				require.True(t, task.Canceled())
				require.Equal(t, 1, task.Canceling())
				require.True(t, scope.Expired())
			})
		})
	}
}

func TestTimeoutOuterWinsIfTwoExpireTogether(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		outer, inner := async.NewTimeout(ms), async.NewTimeout(ms)
		err := outer.Do(ctx, func(ctx context.Context) error {
			err := inner.Do(ctx, forever)
			require.True(t, async.IsCanceled(err), "%v", err)
			return err
		})
		require.Equal(t, async.ErrTimeout, err)
		require.True(t, outer.Expired())
		require.True(t, inner.Expired())
	})
}

func TestTimeoutCancelsSiblingsWithoutTimingThemOut(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(func(ctx context.Context) error { return async.Timeout(ctx, ms, forever) })
			tg.Go(func(ctx context.Context) error {
				_, err := async.WaitFor(ctx, async.Func(forever), time.Hour)
				require.True(t, async.IsCanceled(err))
				require.NotErrorIs(t, err, async.ErrTimeout)
				require.Equal(t, async.ErrTimeout, context.Cause(ctx))
				return err
			})
			return nil
		})
		require.ErrorIs(t, err, async.ErrTimeout)
	})
}

func TestTimeoutInnerLeavesTheOuterScopeAlone(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		outer := async.NewTimeout(3 * ms)
		require.NoError(t, outer.Do(ctx, func(ctx context.Context) error {
			require.Equal(t, async.ErrTimeout, async.Timeout(ctx, ms, forever))
			return async.Sleep(ctx, ms)
		}))
		require.False(t, outer.Expired())
		inner := async.NewTimeout(3 * ms)
		require.Equal(t, async.ErrTimeout, async.Timeout(ctx, ms, func(ctx context.Context) error { return inner.Do(ctx, forever) }))
		require.False(t, inner.Expired())
	})
}

func TestTimeoutIsPassedOnToWhatIsAwaited(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		child := async.Go(ctx, func(ctx context.Context) error {
			err := forever(ctx)
			require.NoError(t, async.Sleep(async.Uncancel(ctx), 2*ms))
			return err
		})
		require.ErrorIs(t, async.Timeout(ctx, ms, child.Wait), async.ErrTimeout)
		require.True(t, child.Canceled())
		require.Equal(t, 3*ms, now(ctx), "it was awaited")
		f := async.NewFuture[int](ctx)
		require.ErrorIs(t, async.Timeout(ctx, ms, f.Wait), async.ErrTimeout)
		require.True(t, f.Canceled())
	})
}

func TestTimeoutIsNotMadeOfACancellationOfTheBodysOwn(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		child := async.Go(ctx, forever)
		child.CancelCause(errBoom)
		err := async.Timeout(ctx, time.Hour, child.Wait)
		require.True(t, async.IsCanceled(err))
		require.ErrorIs(t, err, errBoom)
	})
}

func TestTimeoutInAGroupsTaskFailsIt(t *testing.T) {
	for name, body := range map[string]func(ctx context.Context) error{
		"Timeout": func(ctx context.Context) error { return async.Timeout(ctx, ms, forever) },
		"Timeout with more to say": func(ctx context.Context) error {
			return async.Timeout(ctx, ms, func(ctx context.Context) error { return fmt.Errorf("reading: %w", forever(ctx)) })
		},
		"WaitFor": func(ctx context.Context) error {
			_, err := async.WaitFor(ctx, async.Go(ctx, forever), ms)
			return err
		},
		"WithTimeout": func(ctx context.Context) error {
			ctx, cancel := async.WithTimeout(ctx, ms)
			defer cancel()
			return fmt.Errorf("reading: %w", forever(ctx))
		},
		"WithTimeout over a task": func(ctx context.Context) error {
			limited, cancel := async.WithTimeout(ctx, ms)
			defer cancel()
			return async.Go(ctx, forever).Wait(limited)
		},
		"the context's own error": func(ctx context.Context) error {
			ctx, cancel := async.WithTimeout(ctx, ms)
			defer cancel()
			_ = forever(ctx)
			return ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				var late, sibling *async.Task[async.Void]
				err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
					late, sibling = tg.Go(body), tg.Go(forever)
					return nil
				})
				var group *async.GroupError
				require.True(t, errors.As(err, &group))
				require.Len(t, group.Errors, 1)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.False(t, late.Canceled())
				require.True(t, sibling.Canceled())
			})
		})
	}
}

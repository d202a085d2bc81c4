package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestWaitForRunsACoroutineInTheCallingTask(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		me := async.CurrentTask(ctx)
		require.Zero(t, count.During(func() {
			v, err := async.WaitFor(ctx, async.Coro[int](func(ctx context.Context) (int, error) {
				require.Equal(t, me, async.CurrentTask(ctx))
				return 1, nil
			}), ms)
			require.NoError(t, err)
			require.Equal(t, 1, v)
		}))
		count.Stop()
	})
}

func TestWaitForReturnsErrTimeoutWhenWhatItAwaitedHasEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		v, err := async.WaitFor(ctx, after(time.Hour, 1), ms)
		require.Equal(t, async.ErrTimeout, err)
		require.Zero(t, v)
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			err := async.Sleep(ctx, time.Hour)
			require.NoError(t, async.Sleep(context.WithoutCancel(ctx), 3*ms))
			return 1, err
		})
		_, err = async.WaitFor(ctx, task, ms)
		require.ErrorIs(t, err, async.ErrTimeout)
		require.True(t, task.Canceled())
		require.Equal(t, 5*ms, now(ctx))
	})
}

func TestWaitForReturnsWhatGoesOnInSpiteOfTheTimeout(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		stubborn := func(ctx context.Context) (int, error) {
			_ = forever(ctx)
			return 7, async.Sleep(async.Uncancel(ctx), ms)
		}
		for _, aw := range []async.Awaitable[int]{async.Coro[int](stubborn), async.GoValue(ctx, stubborn)} {
			v, err := async.WaitFor(ctx, aw, ms)
			require.NoError(t, err)
			require.Equal(t, 7, v)
		}
		require.NoError(t, ctx.Err())
	})
}

func TestWaitForReturnsTheErrorOfWhatItAwaits(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		_, err := async.WaitFor(ctx, failing(ms, errBoom), time.Hour)
		require.Equal(t, errBoom, err)
		_, err = async.WaitFor(ctx, async.GoValue(ctx, failing(ms, errCrash)), time.Hour)
		require.Equal(t, errCrash, err)
	})
}

func TestWaitForNoTimeTakesWhatIsThereAndCancelsWhatIsNot(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		for _, d := range []time.Duration{0, -ms} {
			done, bad := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
			require.NoError(t, done.SetResult(1))
			require.NoError(t, bad.SetError(errBoom))
			task := async.GoValue(ctx, after(time.Hour, 1))
			require.NoError(t, async.Yield(ctx))
			pending := async.NewFuture[int](ctx)
			for _, c := range []struct {
				name  string
				aw    async.Awaitable[int]
				turns int
				err   error
			}{
				{"a future with a value", done, 0, nil},
				{"a future with an error", bad, 0, errBoom},
				{"a future", pending, 2, async.ErrTimeout},
				{"a task", task, 3, async.ErrTimeout},
				{"a coroutine", neverValue(t), 3, async.ErrTimeout},
				{"an awaitable of one's own", own{1}, 3, async.ErrTimeout},
			} {
				require.Equal(t, c.turns, count.During(func() {
					_, err := async.WaitFor(ctx, c.aw, d)
					require.Equal(t, c.err, err, c.name)
				}), c.name)
			}
			require.True(t, pending.Canceled())
			require.True(t, task.Canceled())
		}
		count.Stop()
	})
}

func TestWaitForNoTimeReturnsWhatGoesOnInSpiteOfBeingCanceled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.GoEagerValue(ctx, func(ctx context.Context) (int, error) {
			_ = forever(ctx)
			return 7, nil
		})
		v, err := async.WaitFor(ctx, task, 0)
		require.NoError(t, err)
		require.Equal(t, 7, v)
	})
}

func TestWaitForThatIsCanceledCancelsWhatItAwaits(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		child := async.GoValue(ctx, after(time.Hour, 1))
		waiting := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.WaitFor(ctx, child, time.Hour)
			return err
		})
		async.RunningLoop(ctx).CallLater(ms, func() { waiting.CancelCause(errBoom) })
		require.ErrorIs(t, waiting.Wait(ctx), errBoom)
		require.True(t, waiting.Canceled())
		require.True(t, child.Canceled())
	})
}

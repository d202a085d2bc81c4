package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// addLater returns a+b some turns later, unless it is to fail or to cancel
// itself. There it sleeps, but virtual time stands still while somebody waits
// outside.
func addLater(a, b int, err error, cancel bool) async.Coro[int] {
	return func(ctx context.Context) (int, error) {
		for range 5 {
			_ = async.Yield(ctx)
		}
		if cancel {
			async.CurrentTask(ctx).Cancel()
			if err := async.Yield(ctx); err != nil {
				return 0, err
			}
		}
		return a + b, err
	}
}

// submits submits coro from another goroutine and waits there for its end, for
// as long as patience lasts.
func submits(t *testing.T, coro async.Coro[int], patience context.Context) (v int, err error) {
	asynctest.Run(t, func(ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		v, err = async.ToThreadValue(ctx, func(context.Context) (int, error) {
			pending := async.Submit(portal, coro)
			defer pending.Cancel()
			return pending.Wait(patience)
		})
		yields(t, ctx, 3)
		require.Len(t, async.AllTasks(ctx), 1, "it was canceled")
	})
	return v, err
}

func TestRunCoroutineThreadsafe_run_coroutine_threadsafe(t *testing.T) {
	v, err := submits(t, addLater(1, 2, nil, false), context.Background())
	require.NoError(t, err)
	require.Equal(t, 3, v)
}

func TestRunCoroutineThreadsafe_run_coroutine_threadsafe_with_exception(t *testing.T) {
	_, err := submits(t, addLater(1, 2, errMine, false), context.Background())
	require.Equal(t, errMine, err)
}

func TestRunCoroutineThreadsafe_run_coroutine_threadsafe_with_timeout(t *testing.T) {
	patience, cancel := context.WithTimeout(context.Background(), 0)
	defer cancel()
	_, err := submits(t, addLater(1, 2, nil, false), patience)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestRunCoroutineThreadsafe_run_coroutine_threadsafe_task_cancelled(t *testing.T) {
	_, err := submits(t, addLater(1, 2, nil, true), context.Background())
	requireCanceled(t, err)
}

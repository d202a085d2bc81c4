package cpython

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// abandoned cancels n tasks that await inner behind a Shield, then runs end,
// and returns what the loop told by its end.
func abandoned(t *testing.T, n int, end func(inner *async.Future[int]) error) []error {
	t.Helper()
	return toldBy(t, false, func(t *testing.T, ctx context.Context) {
		inner := async.NewFuture[int](ctx)
		for range n {
			shielded(t, ctx, inner).Cancel()
			yields(t, ctx, 1)
		}
		require.NoError(t, end(inner))
		yields(t, ctx, 1)
	})
}

func TestBaseTask_shield_cancel_outer_result(t *testing.T) {
	require.Empty(t, abandoned(t, 1, func(inner *async.Future[int]) error { return inner.SetResult(1) }))
}

func TestBaseTask_shield_cancel_outer_exception(t *testing.T) {
	told := abandoned(t, 1, func(inner *async.Future[int]) error { return inner.SetError(errMine) })
	require.Equal(t, []error{errMine}, told)
}

func TestBaseTask_shield_duplicate_log_once(t *testing.T) {
	told := abandoned(t, 2, func(inner *async.Future[int]) error { return inner.SetError(errMine) })
	require.Equal(t, []error{errMine}, told)
}

func TestRunCoroutineThreadsafe_run_coroutine_threadsafe_and_cancel(t *testing.T) {
	var pending *async.Pending[async.Void]
	require.Empty(t, toldBy(t, false, func(t *testing.T, ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		pending = async.Submit(portal, sleep(10*time.Second).Await)
		yields(t, ctx, 1)
		require.True(t, pending.Cancel())
	}))
	_, err := pending.Wait(context.Background())
	requireCanceled(t, err)
}

package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// toldOfFuture is what a loop tells of a future that was handed to use and then
// dropped.
func toldOfFuture(t *testing.T, debug bool, use func(f *async.Future[int])) []*async.ErrorEvent {
	t.Helper()
	events, err := heard(&async.Runner{Debug: debug}, func(ctx context.Context) error {
		use(async.NewFuture[int](ctx))
		return async.Yield(ctx)
	})
	require.NoError(t, err)
	return events
}

func TestBaseFuture_tb_logger_abandoned(t *testing.T) {
	require.Empty(t, toldOfFuture(t, false, func(*async.Future[int]) {}))
}

func TestBaseFuture_tb_logger_not_called_after_cancel(t *testing.T) {
	require.Empty(t, toldOfFuture(t, false, func(f *async.Future[int]) {
		_ = f.SetError(errMine)
		f.Cancel()
	}))
}

func TestBaseFuture_tb_logger_result_unretrieved(t *testing.T) {
	require.Empty(t, toldOfFuture(t, false, func(f *async.Future[int]) { _ = f.SetResult(42) }))
}

func TestBaseFuture_tb_logger_result_retrieved(t *testing.T) {
	require.Empty(t, toldOfFuture(t, false, func(f *async.Future[int]) {
		_ = f.SetResult(42)
		_, _ = f.Result()
	}))
}

func TestBaseFuture_tb_logger_exception_unretrieved(t *testing.T) {
	events := toldOfFuture(t, false, func(f *async.Future[int]) { _ = f.SetError(errMine) })
	require.Len(t, events, 1)
	require.Equal(t, errMine, events[0].Err)
}

func TestBaseFuture_tb_logger_exception_retrieved(t *testing.T) {
	require.Empty(t, toldOfFuture(t, false, func(f *async.Future[int]) {
		_ = f.SetError(errMine)
		require.Equal(t, errMine, f.Err())
	}))
}

func TestBaseFuture_tb_logger_exception_result_retrieved(t *testing.T) {
	require.Empty(t, toldOfFuture(t, false, func(f *async.Future[int]) {
		_ = f.SetError(errMine)
		_, err := f.Result()
		require.Equal(t, errMine, err)
	}))
}

func TestBaseFuture_future_exception_never_retrieved(t *testing.T) {
	checkNeverRetrieved(t, false)
}

func TestBaseFuture_future_exception_never_retrieved_debug(t *testing.T) {
	checkNeverRetrieved(t, true)
}

func checkNeverRetrieved(t *testing.T, debug bool) {
	events := toldOfFuture(t, debug, func(f *async.Future[int]) { _ = f.SetError(errMine) })
	require.Len(t, events, 1)
	require.Equal(t, "Future", events[0].Task)
	require.Equal(t, "error was never retrieved", events[0].Message)
	require.Equal(t, errMine, events[0].Err)
}

func TestFutureRepr_recursive_repr_for_pending_tasks(t *testing.T) {
	events, err := told(&async.Runner{}, func(ctx context.Context) error {
		task := async.GoValue(ctx, func(ctx context.Context) ([]async.AnyTask, error) {
			return async.AllTasks(ctx), nil
		})
		all, err := task.Await(ctx)
		require.Contains(t, all, task.Any(), "it is part of its own result")
		require.NotEmpty(t, task.String())
		require.NotEmpty(t, task.Any().String())
		return err
	})
	require.NoError(t, err)
	require.Empty(t, events)
}

func TestFuture_task_exc_handler_correct_context(t *testing.T) {
	events, err := heard(&async.Runner{}, func(ctx context.Context) error {
		async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).SetName("bar")
			return errMine
		})
		return async.Yield(ctx)
	})
	require.NoError(t, err)
	require.Len(t, events, 1)
	require.Equal(t, "bar", events[0].Task)
}

package async_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestToThreadContextIsDoneWhenTheAwaiterIsCanceled(t *testing.T) {
	bored := errors.New("bored")
	began, seen := make(chan struct{}), make(chan error, 3)
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.ToThread(ctx, func(ctx context.Context) error {
				derived, cancel := context.WithCancel(ctx)
				defer cancel()
				close(began)
				<-derived.Done()
				seen <- ctx.Err()
				seen <- context.Cause(ctx)
				seen <- context.Cause(derived)
				return nil
			})
		})
		_, _, err := async.Recv(ctx, began)
		require.NoError(t, err)
		task.CancelCause(bored)
		require.ErrorIs(t, task.Wait(ctx), bored)
		require.True(t, task.Canceled())
	})
	require.Equal(t, context.Canceled, <-seen)
	require.Equal(t, bored, <-seen)
	require.Equal(t, bored, <-seen)
}

func TestToThreadContextIsEndedByATimeout(t *testing.T) {
	var seen, cause error
	err := async.Run(t.Context(), func(ctx context.Context) error {
		ended := make(chan struct{})
		err := async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
			_, has := ctx.Deadline()
			require.True(t, has)
			return async.ToThread(ctx, func(ctx context.Context) error {
				defer close(ended)
				_, has := ctx.Deadline()
				<-ctx.Done()
				seen, cause = ctx.Err(), context.Cause(ctx)
				if !has {
					return errors.New("no deadline")
				}
				return nil
			})
		})
		_, _, _ = async.Recv(ctx, ended)
		return err
	})
	require.ErrorIs(t, err, async.ErrTimeout)
	require.Equal(t, context.DeadlineExceeded, seen)
	require.ErrorIs(t, cause, context.DeadlineExceeded)
}

func TestToThreadThatIsCanceledReturnsAtOnceAndTheFunctionGoesOn(t *testing.T) {
	var ended atomic.Bool
	began, release := make(chan struct{}), make(chan struct{})
	err := async.Run(t.Context(), func(ctx context.Context) error {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.ToThread(ctx, func(context.Context) error {
				close(began)
				<-release
				ended.Store(true)
				return nil
			})
		})
		if _, _, err := async.Recv(ctx, began); err != nil {
			return err
		}
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		require.False(t, ended.Load())
		close(release)
		return nil
	})
	require.NoError(t, err)
	require.True(t, ended.Load(), "Run waits for functions that nobody awaits any more")
}

func TestToThreadNeverRunsAFunctionWhoseContextIsDone(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		never := func(context.Context) error {
			t.Error("it ran")
			return nil
		}
		undelivered := async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			return async.ToThread(ctx, never)
		})
		require.True(t, async.IsCanceled(undelivered.Wait(ctx)))
		delivered := async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			require.Error(t, async.Yield(ctx))
			return async.ToThread(ctx, never)
		})
		require.True(t, async.IsCanceled(delivered.Wait(ctx)))
		derived, cancel := context.WithCancel(ctx)
		cancel()
		require.ErrorIs(t, async.ToThread(derived, never), context.Canceled)
		require.NoError(t, async.ToThread(ctx, func(context.Context) error { return nil }))
	})
}

func TestRunInExecutorFutureCanceledEndsTheFunctionsContext(t *testing.T) {
	began, seen := make(chan struct{}), make(chan error, 1)
	asynctest.Run(t, func(ctx context.Context) {
		future := async.RunInExecutor(ctx, nil, func(ctx context.Context) (async.Void, error) {
			close(began)
			<-ctx.Done()
			seen <- context.Cause(ctx)
			return async.Void{}, nil
		})
		_, _, _ = async.Recv(ctx, began)
		future.CancelCause(errors.New("enough"))
		require.True(t, async.IsCanceled(future.Wait(ctx)))
	})
	require.EqualError(t, <-seen, "enough")
}

func TestToThreadTenThousandTimesWithHalfOfThemCanceled(t *testing.T) {
	for _, pool := range []*async.ThreadPool{nil, {Workers: 8}} {
		name := "unbounded"
		if pool != nil {
			name = "eight workers"
		}
		t.Run(name, func(t *testing.T) { tenThousand(t, pool) })
	}
}

func tenThousand(t *testing.T, pool *async.ThreadPool) {
	const n = 10_000
	var began, ended atomic.Int32
	r := async.Runner{}
	if pool != nil {
		r.Executor = pool
	}
	var returned, canceled int
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		tasks := make([]*async.Task[int], n)
		for i := range tasks {
			tasks[i] = async.GoValue(ctx, func(ctx context.Context) (int, error) {
				return async.ToThreadValue(ctx, func(ctx context.Context) (int, error) {
					began.Add(1)
					defer ended.Add(1)
					if i%2 == 1 {
						<-ctx.Done() // a function that nobody cancels would never end
					}
					return i, nil
				})
			})
		}
		if err := async.Yield(ctx); err != nil {
			return err
		}
		for i := n - 1; i > 0; i -= 2 {
			tasks[i].Cancel()
		}
		for i, task := range tasks {
			v, err := task.Await(ctx)
			switch {
			case err == nil:
				require.Equal(t, i, v)
				returned++
			case async.IsCanceled(err):
				require.Equal(t, 1, i%2)
				canceled++
			default:
				return err
			}
		}
		return nil
	}))
	require.NoError(t, r.Close())
	require.Equal(t, n/2, returned)
	require.Equal(t, n/2, canceled)
	require.Equal(t, began.Load(), ended.Load(), "what has begun has ended")
	require.GreaterOrEqual(t, int(ended.Load()), n/2)
}

package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestTaskStringOfACanceledTaskThatHasNotEndedIsCanceling(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.Go(ctx, func(ctx context.Context) error {
			_ = f.Wait(ctx)
			return async.Sleep(async.Uncancel(ctx), time.Second)
		})
		_ = async.Yield(ctx)
		task.Cancel()
		require.Contains(t, task.String(), "<Task canceling name='Task-2' ")
		require.Contains(t, task.String(), " wait_for=<Future canceled>>")
		_ = async.Yield(ctx)
		require.Contains(t, task.String(), "<Task pending name='Task-2' ", "it has acknowledged")
		task.Cancel()
		require.Contains(t, task.Any().String(), "<Task canceling name='Task-2' ")
		_ = task.Wait(ctx)
		require.Contains(t, task.String(), "<Task canceled name='Task-2' ")
	})
}

func TestTimeoutScopeStringTellsHowFarItHasCome(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		scope := async.NewTimeout(1500 * ms)
		require.Equal(t, "<TimeoutScope [created]>", scope.String())
		_ = scope.Do(ctx, func(ctx context.Context) error {
			require.Equal(t, "<TimeoutScope [active] when=1.5s>", scope.String())
			_ = scope.Reschedule(time.Time{})
			require.Equal(t, "<TimeoutScope [active] when=never>", scope.String())
			return nil
		})
		require.Equal(t, "<TimeoutScope [finished]>", scope.String())

		scope = async.NewTimeout(0)
		_ = scope.Do(ctx, func(ctx context.Context) error {
			err := async.Yield(ctx)
			require.Equal(t, "<TimeoutScope [expiring]>", scope.String())
			return err
		})
		require.Equal(t, "<TimeoutScope [expired]>", scope.String())
	})
}

// tick is a callback whose name its handle's String has.
func tick() {}

func TestHandleStringTellsWhatItCallsAndWhen(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		soon, later := l.CallSoon(tick), l.CallLater(time.Second, tick)
		require.Regexp(t, `^<Handle tick\(\) at repr_test\.go:\d+>$`, soon.String())
		require.Regexp(t, `^<Handle when=1s tick\(\) at repr_test\.go:\d+>$`, later.String())
		later.Cancel()
		require.Equal(t, "<Handle canceled when=1s>", later.String())
		_ = async.Yield(ctx)
		require.Equal(t, "<Handle called>", soon.String())
	})
}

func TestTaskStringOfAnInterruptedTaskWaitsForNothing(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		sleeper := async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
		require.NoError(t, async.Yield(ctx))
		require.Contains(t, sleeper.String(), "wait_for=<a timer>")
		sleeper.Cancel()
		require.NotContains(t, sleeper.String(), "wait_for")
	})
}

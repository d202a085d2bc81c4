package asynctest_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestRunHasVirtualTime(t *testing.T) {
	begun := time.Now()
	asynctest.Run(t, func(ctx context.Context) {
		require.NoError(t, async.Sleep(ctx, 1000*time.Hour))
		require.Equal(t, 1000*time.Hour, async.RunningLoop(ctx).Time())
	})
	require.Less(t, time.Since(begun), time.Minute)
}

func TestRunReportsADeadlockAndWhereItsTasksComeFrom(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			never := async.NewFuture[int](ctx)
			_ = async.Go(ctx, never.Wait).Wait(ctx)
		})
	})
	require.True(t, r.failed)
	require.Contains(t, r.all(), "Task-1 (the test) waits for Task-2")
	require.Regexp(t, `Task-2 .* waits for a future, started at run_test.go:\d+ by Task-1`, r.all())
}

func TestRunFailsForAnErrorThatNobodyRetrieves(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			async.Go(ctx, func(context.Context) error { return errors.New("unseen") })
			_ = async.Yield(ctx)
		})
	})
	require.True(t, r.failed)
	require.Regexp(t, `Task-2 \(started at run_test.go:\d+\): error was never retrieved: unseen`, r.all())
}

func TestRunEndsTheTestWithARequireInATask(t *testing.T) {
	after := false
	r := record(t, func(t testing.TB) {
		defer func() { after = true }()
		asynctest.Run(t, func(ctx context.Context) {
			_ = async.Go(ctx, func(context.Context) error {
				require.Fail(t, "in a task")
				return nil
			}).Wait(ctx)
		})
		t.Errorf("Run returned")
	})
	require.True(t, after)
	require.Contains(t, r.all(), "in a task")
	require.NotContains(t, r.all(), "returned")
}

func TestRunEndsTheTestWithARequireInACallback(t *testing.T) {
	ended := false
	r := record(t, func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			never := async.NewFuture[int](ctx)
			async.RunningLoop(ctx).CallSoon(func() { require.Fail(t, "in a callback") })
			defer func() { ended = true }()
			_ = never.Wait(ctx)
		})
		t.Errorf("Run returned")
	})
	require.True(t, ended, "the tasks that are left have ended")
	require.Contains(t, r.all(), "in a callback")
	require.NotContains(t, r.all(), "returned")
}

func TestRunPanicsWithThePanicOfATask(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			async.Go(ctx, func(context.Context) error { panic("oh no") })
			_ = async.Yield(ctx)
		})
	})
	require.Contains(t, r.all(), "panic in Task-2: oh no")
}

func TestRunLeavesAPanicAloneThatTheTestExpects(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		task := async.Go(ctx, func(context.Context) error { panic("expected") })
		require.Panics(t, func() { _ = task.Wait(ctx) })
	})
}

func TestRunFailsForAGoroutineThatIsLeftBehind(t *testing.T) {
	stop := make(chan struct{})
	ended := make(chan struct{})
	r := record(t, func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			_ = async.Go(ctx, func(context.Context) error {
				go func() {
					defer close(ended)
					<-stop
				}()
				return nil
			}).Wait(ctx)
		})
	})
	close(stop)
	<-ended
	require.True(t, r.failed)
	require.Contains(t, r.all(), "goroutine left behind")
	require.Contains(t, r.all(), "run_test.go")
}

func TestRunDoesNotMindTheGoroutinesOfOthers(t *testing.T) {
	stop := make(chan struct{})
	begun, ended := make(chan struct{}), make(chan struct{})
	ask := make(chan struct{})
	go func() { // which starts one while the test runs
		defer close(ended)
		<-ask
		go func() { <-stop }()
		close(begun)
	}()
	r := record(t, func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			close(ask)
			<-begun
		})
	})
	close(stop)
	<-ended
	require.False(t, r.failed, r.all())
}

func TestRunWaitsForGoroutinesThatAreAboutToEnd(t *testing.T) {
	asynctest.Run(t, func(context.Context) {
		for range 10 {
			go func() {
				for range 1000 {
					runtime.Gosched()
				}
			}()
		}
	})
}

func TestRunWorksInsideOfSynctest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		asynctest.Run(t, func(ctx context.Context) {
			require.NoError(t, async.Sleep(ctx, time.Hour))
			go time.Sleep(time.Millisecond)
		})
		require.Less(t, time.Since(begun), time.Second)
	})
}

package behavior_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/testkit"
)

// burst runs n tasks that all wait at once.
func burst(ctx context.Context, n int) error {
	tasks := make([]*async.Task[async.Void], n)
	for i := range tasks {
		tasks[i] = async.Go(ctx, async.Yield)
	}
	for _, task := range tasks {
		if err := task.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

func TestTaskGoroutinesOfABurstEndWhileTheLoopIdles(t *testing.T) {
	before := runtime.NumGoroutine()
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		require.NoError(t, burst(ctx, 10_000))
		require.Greater(t, runtime.NumGoroutine(), 9_000)
		require.NoError(t, async.Sleep(ctx, 1500*time.Millisecond))
		require.Less(t, runtime.NumGoroutine()-before, 500)
		return nil
	}))
}

func TestTaskGoroutinesOfABurstEndInVirtualTime(t *testing.T) {
	before := runtime.NumGoroutine()
	asynctest.Run(t, func(ctx context.Context) {
		require.NoError(t, burst(ctx, 10_000))
		for range 20 {
			require.NoError(t, async.Sleep(ctx, time.Second))
		}
		require.Less(t, runtime.NumGoroutine()-before, 500)
	})
}

func TestTaskGoroutinesOfABurstEndWhileTheLoopIsBusy(t *testing.T) {
	before := runtime.NumGoroutine()
	testkit.Virtually(t, func(ctx context.Context) {
		require.NoError(t, burst(ctx, 3_000))
		for range 100_000 {
			require.NoError(t, async.Yield(ctx))
		}
		require.Less(t, runtime.NumGoroutine()-before, 500)
	})
}

func TestPortalThatVirtualTimeStandsStillForIsReported(t *testing.T) {
	reported := make(chan *async.ErrorEvent, 2)
	var p *async.Portal
	r := &async.Runner{Clock: asynctest.NewClock(), OnError: func(e *async.ErrorEvent) {
		reported <- e
		_ = p.Close()
	}}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		p = async.RunningLoop(ctx).Portal()
		return async.Sleep(ctx, time.Hour)
	}))
	require.NoError(t, r.Close())
	require.Len(t, reported, 1)
	require.Regexp(t, `the portal opened at idle_test.go:\d+ is open: close it, or use testing/synctest`, (<-reported).Message)
}

func TestRecvThatVirtualTimeStandsStillForIsReported(t *testing.T) {
	ch := make(chan int, 1)
	r := &async.Runner{Clock: asynctest.NewClock(), OnError: func(e *async.ErrorEvent) {
		require.Contains(t, e.Message, "a task waits for a channel")
		ch <- 1
	}}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
		_, _, err := async.Recv(ctx, ch)
		return err
	}))
	require.NoError(t, r.Close())
}

func TestRecvAndSendOfANilChannelAreADeadlock(t *testing.T) {
	for name, wait := range map[string]func(ctx context.Context) error{
		"Recv": func(ctx context.Context) error { _, _, err := async.Recv[int](ctx, nil); return err },
		"Send": func(ctx context.Context) error { return async.Send(ctx, nil, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := testkit.Report(wait)
			require.ErrorIs(t, err, async.ErrDeadlock)
			require.ErrorContains(t, err, "waits for a nil channel")

			testkit.Virtually(t, func(ctx context.Context) {
				require.ErrorIs(t, async.Timeout(ctx, time.Second, wait), async.ErrTimeout)
			})
		})
	}
}

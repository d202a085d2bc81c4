package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestBaseTask_stop_while_run_in_complete(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	loop, x := r.Loop(), 0
	task := async.Go(loop.Context(), func(ctx context.Context) error {
		for x < 10 {
			if err := async.Sleep(ctx, 100*ms); err != nil {
				return err
			}
			if x++; x == 2 {
				loop.Stop()
			}
		}
		return nil
	})
	begun := loop.Time()
	require.ErrorIs(t, r.Run(t.Context(), task.Wait), async.ErrStopped)
	require.False(t, task.Done())
	require.Equal(t, 2, x)
	require.Equal(t, 200*ms, loop.Time()-begun)

	task.Cancel()
	requireCanceled(t, r.Run(t.Context(), task.Wait))
}

func TestEventLoop_run_until_complete_stopped(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	require.ErrorIs(t, r.Run(t.Context(), func(ctx context.Context) error {
		async.RunningLoop(ctx).Stop()
		return async.Sleep(ctx, 100*ms)
	}), async.ErrStopped)
}

func TestBaseEventLoop_run_forever_pre_stopped(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	var seen record
	r.Loop().CallSoon(func() {
		seen.add("first")
		r.Loop().CallSoon(func() { seen.add("second") })
	})
	r.Loop().Stop()
	require.ErrorIs(t, r.Run(t.Context(), async.NewFuture[int](r.Loop().Context()).Wait), async.ErrStopped)
	require.Equal(t, record{"first"}, seen, "one iteration")
}

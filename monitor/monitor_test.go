package monitor_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/primitives"
)

func TestSnapshotShowsWhatEachTaskWaitsForAndWhoHoldsIt(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		defer m.Detach()
		var lock primitives.Lock
		hold := func(ctx context.Context) error {
			return lock.With(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
		}
		first, second := async.Go(ctx, hold), async.Go(ctx, hold)
		third := async.Go(ctx, func(ctx context.Context) error { return second.Wait(ctx) })
		require.NoError(t, async.Sleep(ctx, time.Minute))

		s := m.Snapshot()
		require.False(t, s.Outside)
		require.Len(t, s.Tasks, 4)
		require.Equal(t, time.Minute, s.Now)
		require.Equal(t, monitor.Running, s.Tasks[0].State)
		require.Equal(t, "a timer", s.Tasks[1].Wait.Text)
		require.Equal(t, []uint64{2}, s.Tasks[2].Wait.Holders)
		require.Equal(t, []uint64{3}, s.Tasks[3].Wait.Holders)
		require.Equal(t, []*monitor.Task{&s.Tasks[3], &s.Tasks[2], &s.Tasks[1]}, s.Chain(4))
		require.NoError(t, m.Cancel(2, nil))
		require.ErrorIs(t, m.Cancel(99, nil), monitor.ErrUnknownTask)
		require.Error(t, first.Wait(ctx))
		require.NoError(t, second.Wait(ctx))
		require.NoError(t, third.Wait(ctx))
		ended := m.Ended().Tasks
		require.Len(t, ended, 3)
		require.Equal(t, monitor.Canceled, ended[2].Outcome)
	})
}

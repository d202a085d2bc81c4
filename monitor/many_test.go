package monitor_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/monitor"
)

// The bounds that a quiet machine keeps are 50 ms and 1 ms; this one may be
// busy.
func TestSnapshotOfAHundredThousandTasksHardlyStopsTheLoop(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred thousand tasks take a while")
	}
	const many = 100_000
	snapshots := make(chan *monitor.Snapshot)
	err := async.Run(context.Background(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{Patience: time.Minute})
		defer m.Detach()
		tasks := make([]*async.Task[async.Void], many)
		for i := range tasks {
			tasks[i] = async.Go(ctx, sleeper(3600))
		}
		if err := async.Yield(ctx); err != nil {
			return err
		}
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		go func() {
			for range 3 {
				snapshots <- m.Snapshot()
			}
			close(snapshots)
		}()
		for {
			s, open, err := async.Recv(ctx, snapshots)
			if err != nil || !open {
				break
			}
			require.Len(t, s.Tasks, many+1)
			require.False(t, s.Outside)
			t.Logf("took %v, stopped the loop for at most %v", s.Took, s.Stopped)
			require.Less(t, s.Took, 2*time.Second)
			require.Less(t, s.Stopped, 100*time.Millisecond)
		}
		for _, task := range tasks {
			task.Cancel()
		}
		return nil
	})
	require.NoError(t, err)
}

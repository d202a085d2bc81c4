package monitor

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/sched"
)

// sampling runs body with a monitor that is told what it sees.
func sampling(t *testing.T, body func(m *Monitor, see func(at time.Duration, task uint64, ready int))) {
	asynctest.Run(t, func(ctx context.Context) {
		m := Attach(ctx, Options{})
		defer m.Detach()
		work := async.Go(async.Named(ctx, "work"), async.Yield)
		require.NoError(t, async.Yield(ctx))
		var last time.Duration
		body(m, func(at time.Duration, task uint64, ready int) {
			m.mu.Lock()
			defer m.mu.Unlock()
			k, _ := m.find(task)
			m.see(&sched.Outlook{Task: task, Slot: k.Slot, Ready: ready}, at, at-last)
			last = at
		})
		require.NoError(t, work.Wait(ctx))
	})
}

func TestSamplesCountTicksForTheTaskThatHoldsTheBaton(t *testing.T) {
	sampling(t, func(m *Monitor, see func(at time.Duration, task uint64, ready int)) {
		see(1*time.Millisecond, 2, 3)
		see(2*time.Millisecond, 1, 0)
		see(4*time.Millisecond, 2, 1)
		work, err := m.Task(2)
		require.NoError(t, err)
		require.Equal(t, 3*time.Millisecond, work.Busy)
		require.Equal(t, 5*time.Millisecond, work.Inflicted, "three waited for one tick, one for two")
		require.Nil(t, work.LongSteps)
		require.Equal(t, 4*time.Millisecond, m.Stats().Busy)
	})
}

func TestSamplesJoinTicksOfOneStepToALongOne(t *testing.T) {
	sampling(t, func(m *Monitor, see func(at time.Duration, task uint64, ready int)) {
		for at := range 151 {
			see(time.Duration(at+1)*time.Millisecond, 2, 0)
		}
		require.Zero(t, m.samples.longSteps.Count, "it has not ended")
		see(200*time.Millisecond, 1, 0)
		s := m.Stats()
		require.Equal(t, uint64(1), s.LongSteps.Count)
		require.Equal(t, 151*time.Millisecond, s.LongSteps.Max)
		work, err := m.Task(2)
		require.NoError(t, err)
		require.Equal(t, 151*time.Millisecond, work.Longest)
		require.Equal(t, uint32(1), work.LongSteps.Buckets[bucket(151*time.Millisecond)])
		warnings := m.Snapshot().Warnings
		require.Equal(t, []Warning{{Kind: SlowSteps, Task: 2, For: 151 * time.Millisecond, Text: "work had a step that held the baton for 151ms"}}, warnings)
	})
}

func TestSamplesCountTimeThatTasksAreReady(t *testing.T) {
	sampling(t, func(m *Monitor, see func(at time.Duration, task uint64, ready int)) {
		see(time.Millisecond, 1, 1)
		see(3*time.Millisecond, 1, 1)
		work, err := m.Task(2)
		require.NoError(t, err)
		require.Equal(t, 3*time.Millisecond, work.Ready)
	})
}

func TestHistogramQuantilesAreBoundsOfBuckets(t *testing.T) {
	var h Histogram
	require.Zero(t, h.Quantile(0.5))
	for i := range 100 {
		h.Add(time.Duration(i) * time.Millisecond)
	}
	require.Equal(t, uint64(100), h.Count)
	require.Equal(t, 99*time.Millisecond, h.Max)
	require.Equal(t, 65536*time.Microsecond, h.Quantile(0.5))
	require.Equal(t, 99*time.Millisecond, h.Quantile(1))
	h.Add(1000 * time.Hour)
	require.Equal(t, uint32(1), h.Buckets[31], "what is longer than all buckets is in the last")
}

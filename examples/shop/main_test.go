package main

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/monitor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheMonitorShowsWhatIsWrongWithTheShop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		defer m.Detach()
		var s *monitor.Snapshot
		delivered, err := newShop(20*time.Millisecond, func() {}).open(ctx, 5050*time.Millisecond, func() { s = m.Snapshot() })
		require.NoError(t, err)
		require.Equal(t, 50, delivered, "one at a time: ten a second")

		var convoy []monitor.Warning
		for _, w := range s.Warnings {
			if w.Kind == monitor.LockConvoy {
				convoy = append(convoy, w)
			}
		}
		require.Len(t, convoy, 1)
		require.Contains(t, convoy[0].Text, "202 tasks wait for a Lock held by Task-")
		require.Equal(t, "timer", s.Task(convoy[0].Task).Wait.Kind, "it sleeps while it holds the lock")

		audits := 0
		for _, task := range s.Tasks {
			if task.Function == "(*shop).audit" {
				require.Equal(t, "event", task.Wait.Kind)
				require.Equal(t, "shop.go:50", task.Start.String())
				audits++
			}
		}
		require.Equal(t, delivered, audits, "each order leaves one behind")
	})
}

func TestTheSummaryHoldsTheBaton(t *testing.T) {
	const open = 1100 * time.Millisecond
	looked := false
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{SlowStep: 20 * time.Millisecond})
		defer m.Detach()
		_, err := newShop(20*time.Millisecond, holdTheBaton).open(ctx, open, func() {
			looked = true
			text := m.Snapshot().String()
			require.Contains(t, text, "report had a step that held the baton for ")
		})
		return err
	}))
	require.True(t, looked)
}

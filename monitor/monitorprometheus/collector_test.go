package monitorprometheus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorprometheus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program starts three tasks: one goes on, one ends, one fails.
func program(ctx context.Context) error {
	async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
	async.Go(ctx, async.Yield)
	failed := async.Go(ctx, func(context.Context) error { return errors.New("no") })
	_ = failed.Wait(ctx)
	return async.Sleep(ctx, time.Second)
}

func TestCollectorGivesTheNumbersOfTheLoop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{Name: "shop"})
		defer m.Detach()
		c := monitorprometheus.New(m)
		require.NoError(t, program(ctx))
		want := `
# HELP async_tasks Tasks that have not ended.
# TYPE async_tasks gauge
async_tasks{loop="shop"} 2
# HELP async_tasks_failed_total Tasks that ended with an error or a panic.
# TYPE async_tasks_failed_total counter
async_tasks_failed_total{loop="shop"} 1
# HELP async_tasks_finished_total Tasks that ended without an error.
# TYPE async_tasks_finished_total counter
async_tasks_finished_total{loop="shop"} 1
# HELP async_timers Timers that are set.
# TYPE async_timers gauge
async_timers{loop="shop"} 1
`
		require.NoError(t, testutil.CollectAndCompare(c, strings.NewReader(want),
			"async_tasks", "async_tasks_failed_total", "async_tasks_finished_total", "async_timers"))
	})
}

func TestCollectorFollowsTheRules(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{Name: "shop"})
		defer m.Detach()
		problems, err := testutil.CollectAndLint(monitorprometheus.New(m))
		require.NoError(t, err)
		require.Empty(t, problems)
		registry := prometheus.NewPedanticRegistry()
		require.NoError(t, registry.Register(monitorprometheus.New(m)))
		require.Error(t, registry.Register(monitorprometheus.New(m)), "a second loop needs a name of its own")
	})
}

// The numbers of a loop are registered like any others.
func Example() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{Name: "shop"})
		defer m.Detach()
		registry := prometheus.NewRegistry()
		registry.MustRegister(monitorprometheus.New(m))
		async.Go(ctx, async.Yield)
		n, err := testutil.GatherAndCount(registry, "async_tasks", "async_loop_lag_seconds")
		fmt.Println(n)
		return err
	})
	fmt.Println(err)
	// Output:
	// 2
	// <nil>
}

package monitorotel_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorotel"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// collect returns the numbers by name, as a reader gets them.
func collect(ctx context.Context, reader metric.Reader) (map[string]int64, error) {
	var all metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &all); err != nil {
		return nil, err
	}
	values := map[string]int64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			var points []metricdata.DataPoint[int64]
			switch data := m.Data.(type) {
			case metricdata.Gauge[int64]:
				points = data.DataPoints
			case metricdata.Sum[int64]:
				points = data.DataPoints
			}
			for _, p := range points {
				if loop, ok := p.Attributes.Value(attribute.Key("loop")); ok && loop.AsString() == "shop" {
					values[m.Name] = p.Value
				}
			}
		}
	}
	return values, nil
}

func TestRegisterGivesTheNumbersOfTheLoop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{Name: "shop"})
		defer m.Detach()
		reader := metric.NewManualReader()
		provider := metric.NewMeterProvider(metric.WithReader(reader))
		registration, err := monitorotel.Register(provider.Meter("test"), m)
		require.NoError(t, err)

		async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
		require.NoError(t, async.Go(ctx, async.Yield).Wait(ctx))
		values, err := collect(t.Context(), reader)
		require.NoError(t, err)
		require.Equal(t, int64(2), values["async.tasks"])
		require.Equal(t, int64(1), values["async.tasks.finished"])
		require.Equal(t, int64(1), values["async.timers"])
		require.Positive(t, values["async.steps"])

		require.NoError(t, registration.Unregister())
		values, err = collect(t.Context(), reader)
		require.NoError(t, err)
		require.Empty(t, values)
		require.NoError(t, provider.Shutdown(t.Context()))
	})
}

// The numbers of a loop are read by whatever reads the meter.
func ExampleRegister() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{Name: "shop"})
		defer m.Detach()
		reader := metric.NewManualReader()
		provider := metric.NewMeterProvider(metric.WithReader(reader))
		registration, err := monitorotel.Register(provider.Meter("shop"), m)
		if err != nil {
			return err
		}
		defer registration.Unregister()
		async.Go(ctx, async.Yield)
		values, err := collect(context.Background(), reader)
		fmt.Println(values["async.tasks"])
		return err
	})
	fmt.Println(err)
	// Output:
	// 2
	// <nil>
}

// Package monitorotel gives the numbers of a monitor.Monitor to OpenTelemetry:
//
//	registration, err := monitorotel.Register(otel.Meter("shop"), m)
//
// Each has the attribute loop, which is Options.Name of the monitor. They are
// read when a reader collects, from outside the loop: also while a step holds
// the baton, and at no cost for the loop.
package monitorotel

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/gobaton/async/monitor"
)

// number is one of the numbers.
type number struct {
	name, unit, help string
	of               func(s *monitor.Stats) int64
}

// gauges go up and down.
var gauges = []number{
	{"async.tasks", "{task}", "Tasks that have not ended.", func(s *monitor.Stats) int64 { return int64(s.Live) }},
	{"async.ready", "{entry}", "Entries that wait for their turn.", func(s *monitor.Stats) int64 { return int64(s.Ready) }},
	{"async.timers", "{timer}", "Timers that are set.", func(s *monitor.Stats) int64 { return int64(s.Timers) }},
	{"async.offloads", "{function}", "Functions that run off the loop.", func(s *monitor.Stats) int64 { return int64(s.Offloads) }},
	{"async.connections", "{wait}", "Waits for descriptors.", func(s *monitor.Stats) int64 { return int64(s.Connections) }},
	{"async.portals", "{portal}", "Portals that are open.", func(s *monitor.Stats) int64 { return int64(s.Portals) }},
	{"async.unretrieved", "{error}", "Errors that nobody has asked for.", func(s *monitor.Stats) int64 { return int64(s.Unretrieved) }},
	{"async.lag.max", "us", "The longest that an entry has waited for its turn.", func(s *monitor.Stats) int64 { return s.Lag.Max.Microseconds() }},
	{"async.lag.p99", "us", "What 99 of 100 entries did not wait longer than.", func(s *monitor.Stats) int64 { return s.Lag.Quantile(0.99).Microseconds() }},
}

// counters go up.
var counters = []number{
	{"async.tasks.started", "{task}", "Tasks that were started.", func(s *monitor.Stats) int64 { return int64(s.Started) }},
	{"async.tasks.finished", "{task}", "Tasks that ended without an error.", func(s *monitor.Stats) int64 { return int64(s.Finished) }},
	{"async.tasks.failed", "{task}", "Tasks that ended with an error or a panic.", func(s *monitor.Stats) int64 { return int64(s.Failed) }},
	{"async.tasks.canceled", "{task}", "Tasks that ended canceled.", func(s *monitor.Stats) int64 { return int64(s.Canceled) }},
	{"async.tasks.dropped", "{task}", "Tasks that the monitor had no room for.", func(s *monitor.Stats) int64 { return int64(s.Dropped) }},
	{"async.steps", "{step}", "Steps of all tasks.", func(s *monitor.Stats) int64 { return int64(s.Steps) }},
	{"async.busy", "us", "Time in which something held the baton, sampled.", func(s *monitor.Stats) int64 { return s.Busy.Microseconds() }},
}

// observed is a number with its instrument.
type observed struct {
	number
	instrument metric.Int64Observable
}

// Register lets a meter read the numbers of m, until the registration is taken
// back.
func Register(meter metric.Meter, m *monitor.Monitor) (metric.Registration, error) {
	var all []observed
	var instruments []metric.Observable
	var errs []error
	add := func(n number, i metric.Int64Observable, err error) {
		all, instruments, errs = append(all, observed{n, i}), append(instruments, i), append(errs, err)
	}
	for _, n := range gauges {
		i, err := meter.Int64ObservableGauge(n.name, metric.WithUnit(n.unit), metric.WithDescription(n.help))
		add(n, i, err)
	}
	for _, n := range counters {
		i, err := meter.Int64ObservableCounter(n.name, metric.WithUnit(n.unit), metric.WithDescription(n.help))
		add(n, i, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	loop := metric.WithAttributes(attribute.String("loop", m.Options().Name))
	return meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		s := m.Stats()
		for _, a := range all {
			o.ObserveInt64(a.instrument, a.of(&s), loop)
		}
		return nil
	}, instruments...)
}

// Package monitorprometheus gives the numbers of a monitor.Monitor to
// Prometheus:
//
//	registry.MustRegister(monitorprometheus.New(m))
//
// Each has the label loop, which is Options.Name of the monitor. They are read
// when they are asked for, from outside the loop: an answer comes also while a
// step holds the baton, and costs the loop nothing.
package monitorprometheus

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/gobaton/async/monitor"
)

// A Collector gives the numbers of one loop.
type Collector struct {
	monitor *monitor.Monitor
	numbers []number
	lag     *prometheus.Desc
	steps   *prometheus.Desc
}

// number is one of the numbers.
type number struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(s *monitor.Stats) float64
}

var _ prometheus.Collector = (*Collector)(nil)

// New makes the collector of m. Several loops of a program have different
// names, or registering the second one fails.
func New(m *monitor.Monitor) *Collector {
	label := prometheus.Labels{"loop": m.Options().Name}
	c := &Collector{
		monitor: m,
		lag:     prometheus.NewDesc("async_loop_lag_seconds", "How long entries wait for their turn.", nil, label),
		steps:   prometheus.NewDesc("async_long_steps_seconds", "Steps that held the baton for long, by their length.", nil, label),
	}
	for _, n := range numbers {
		c.numbers = append(c.numbers, number{prometheus.NewDesc(n.name, n.help, nil, label), n.kind, n.of})
	}
	return c
}

// numbers are all but the histograms.
var numbers = []struct {
	name, help string
	kind       prometheus.ValueType
	of         func(s *monitor.Stats) float64
}{
	{"async_tasks", "Tasks that have not ended.", prometheus.GaugeValue, func(s *monitor.Stats) float64 { return float64(s.Live) }},
	{"async_tasks_started_total", "Tasks that were started.", prometheus.CounterValue, func(s *monitor.Stats) float64 { return float64(s.Started) }},
	{"async_tasks_finished_total", "Tasks that ended without an error.", prometheus.CounterValue, func(s *monitor.Stats) float64 { return float64(s.Finished) }},
	{"async_tasks_failed_total", "Tasks that ended with an error or a panic.", prometheus.CounterValue, func(s *monitor.Stats) float64 { return float64(s.Failed) }},
	{"async_tasks_canceled_total", "Tasks that ended canceled.", prometheus.CounterValue, func(s *monitor.Stats) float64 { return float64(s.Canceled) }},
	{"async_steps_total", "Steps of all tasks.", prometheus.CounterValue, func(s *monitor.Stats) float64 { return float64(s.Steps) }},
	{"async_ready", "Entries that wait for their turn.", prometheus.GaugeValue, func(s *monitor.Stats) float64 { return float64(s.Ready) }},
	{"async_timers", "Timers that are set.", prometheus.GaugeValue, func(s *monitor.Stats) float64 { return float64(s.Timers) }},
	{"async_offloads", "Functions that run off the loop.", prometheus.GaugeValue, func(s *monitor.Stats) float64 { return float64(s.Offloads) }},
	{"async_connections", "Waits for descriptors.", prometheus.GaugeValue, func(s *monitor.Stats) float64 { return float64(s.Connections) }},
	{"async_portals", "Portals that are open.", prometheus.GaugeValue, func(s *monitor.Stats) float64 { return float64(s.Portals) }},
	{"async_unretrieved_errors", "Errors that nobody has asked for.", prometheus.GaugeValue, func(s *monitor.Stats) float64 { return float64(s.Unretrieved) }},
	{"async_busy_seconds_total", "Time in which something held the baton, sampled.", prometheus.CounterValue, func(s *monitor.Stats) float64 { return s.Busy.Seconds() }},
	{"async_tasks_dropped_total", "Tasks that the monitor had no room for.", prometheus.CounterValue, func(s *monitor.Stats) float64 { return float64(s.Dropped) }},
}

// Describe sends what there is. It is called by Prometheus.
func (c *Collector) Describe(to chan<- *prometheus.Desc) {
	for _, n := range c.numbers {
		to <- n.desc
	}
	to <- c.lag
	to <- c.steps
}

// Collect sends the numbers as they are. It is called by Prometheus.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	s := c.monitor.Stats()
	for _, n := range c.numbers {
		to <- prometheus.MustNewConstMetric(n.desc, n.kind, n.of(&s))
	}
	to <- histogram(c.lag, &s.Lag)
	to <- histogram(c.steps, &s.LongSteps)
}

// histogram returns h as Prometheus has it: counts of all up to a bound.
func histogram(desc *prometheus.Desc, h *monitor.Histogram) prometheus.Metric {
	buckets := map[float64]uint64{}
	var below uint64
	for i := range h.Buckets[:len(h.Buckets)-1] {
		below += uint64(h.Buckets[i])
		buckets[h.Bound(i+1).Seconds()] = below
	}
	return prometheus.MustNewConstHistogram(desc, h.Count, h.Sum.Seconds(), buckets)
}

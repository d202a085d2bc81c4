package main

import (
	"slices"
	"testing"

	"go.uber.org/goleak"

	"github.com/gobaton/async/benchmarks/internal/workloads"
)

// BenchmarkWorkload runs what the command measures, under go test's profilers:
// go test -bench Workload/yield-2/async$ -cpuprofile cpu.out
// Its ns/op are per operation, as the command's; its allocations are per unit
// of b.N, which in a workload of many tasks is one operation of each.
func BenchmarkWorkload(b *testing.B) {
	for _, w := range workloads.All() {
		b.Run(w.Name, func(b *testing.B) {
			for _, r := range w.Runners {
				if r.Body == nil {
					continue
				}
				b.Run(r.Name, func(b *testing.B) {
					b.ReportAllocs()
					r.Body(b)
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/w.Count(b.N), "ns/op")
				})
			}
		})
	}
}

// TestMain ignores what package ants starts when it is initialized.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }

// TestWorkloadsAreWhole finds workloads that say nothing of themselves, and
// goals that no runner can ever meet.
func TestWorkloadsAreWhole(t *testing.T) {
	var names []string
	for _, w := range workloads.All() {
		if slices.Contains(names, w.Name) {
			t.Errorf("%s: two workloads of this name", w.Name)
		}
		names = append(names, w.Name)
		if w.About == "" || w.Section == "" {
			t.Errorf("%s: the report says neither what is done nor where it belongs", w.Name)
		}
		for _, goal := range w.Goals {
			if _, ok := w.Runner(goal.Peer); goal.Peer != "" && !ok {
				t.Errorf("%s: no runner is called %q", w.Name, goal.Peer)
			}
		}
	}
}

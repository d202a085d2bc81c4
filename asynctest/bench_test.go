package asynctest_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// BenchmarkExplore measures schedules of three tasks with five awaits each.
func BenchmarkExplore(b *testing.B) {
	program := func(_ testing.TB, ctx context.Context) {
		var tasks [3]*async.Task[async.Void]
		for i := range tasks {
			tasks[i] = async.Go(ctx, func(ctx context.Context) error {
				for range 5 {
					if err := async.Yield(ctx); err != nil {
						return err
					}
				}
				return nil
			})
		}
		wait(ctx, tasks[:]...)
	}
	for name, e := range map[string]asynctest.Explorer{
		"random":     {Strategy: asynctest.Random},
		"priorities": {Strategy: asynctest.Priorities},
		"exhaustive": {Strategy: asynctest.Exhaustive, Deviations: 100},
		"cancel":     {Cancel: true},
		"workers":    {Strategy: asynctest.Random, Workers: runtime.GOMAXPROCS(0)},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			e.Schedules = b.N
			e.Explore(b, program)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "schedules/s")
		})
	}
}

// BenchmarkRun measures a test in virtual time with an empty body.
func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		asynctest.Run(b, func(context.Context) {})
	}
}

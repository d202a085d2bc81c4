package workloads

import (
	"context"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
)

var debugMode = []measure.Workload{
	debugged("debug-yield", "one Yield of two tasks", yieldInTurn),
	debugged("debug-spawn", "an empty task, started and awaited", spawnInTurn),
}

func debugged(name, operation string, main func(ctx context.Context, b *testing.B) error) measure.Workload {
	return measure.Workload{
		Name:  name,
		About: "What debug mode costs: its peer is the same with debug mode off. An operation is " + operation + ".",
		Runners: []measure.Runner{
			{Name: "async", Body: func(b *testing.B) { runIn(b, true, main) }},
			{Name: "off", Body: func(b *testing.B) { runIn(b, false, main) }},
		},
	}
}

// runIn runs main on a loop, in debug mode or not. A busy machine makes slow
// steps, whose reports are dropped.
func runIn(b *testing.B, debug bool, main func(ctx context.Context, b *testing.B) error) {
	runner := async.Runner{Debug: debug, OnError: func(*async.ErrorEvent) {}}
	must(runner.Run(context.Background(), func(ctx context.Context) error { return main(ctx, b) }))
	must(runner.Close())
}

func yieldInTurn(ctx context.Context, b *testing.B) error {
	other := async.Go(ctx, func(ctx context.Context) error {
		for async.Yield(ctx) == nil {
			continue
		}
		return nil
	})
	b.ResetTimer()
	for range b.N {
		must(async.Yield(ctx))
	}
	b.StopTimer()
	other.Cancel()
	return nil
}

func spawnInTurn(ctx context.Context, b *testing.B) error {
	b.ResetTimer()
	for range b.N {
		must(async.Go(ctx, nothing).Wait(ctx))
	}
	b.StopTimer()
	return nil
}

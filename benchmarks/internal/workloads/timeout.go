package workloads

import (
	"context"
	"testing"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
)

var timeout = measure.Workload{
	Name:  "timeout",
	About: "A limit on a body that ends in time. An operation is one body.",
	Runners: append([]measure.Runner{
		{Name: "async", Body: timeoutAsync},
		{Name: "context", Body: timeoutContext},
	}, peers.Runners("timeout")...),
	Goals: []measure.Goal{
		allocating(measure.Open),
		{Metric: measure.Bytes, AtMost: measure.Open},
	},
}

func timeoutAsync(b *testing.B) {
	run(func(ctx context.Context) error {
		b.ResetTimer()
		for range b.N {
			if err := async.Timeout(ctx, time.Hour, nothing); err != nil {
				return err
			}
		}
		b.StopTimer()
		return nil
	})
}

func timeoutContext(b *testing.B) {
	for range b.N {
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		must(nothing(ctx))
		cancel()
	}
}

package workloads

import (
	"context"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
)

var receive = measure.Workload{
	Name:  "receive",
	About: "A task sends a request into a channel of another goroutine and receives the answer from one. An operation is both.",
	Runners: []measure.Runner{
		{Name: "async", Body: receiveAsync},
		{Name: "chan", Body: receiveChan},
	},
}

// answering starts a goroutine that answers each request until requests is
// closed.
func answering() (requests, answers chan struct{}) {
	requests, answers = make(chan struct{}), make(chan struct{})
	go func() {
		for range requests {
			answers <- struct{}{}
		}
	}()
	return requests, answers
}

func receiveAsync(b *testing.B) {
	requests, answers := answering()
	defer close(requests)
	run(func(ctx context.Context) error {
		b.ResetTimer()
		for range b.N {
			must(async.Send(ctx, requests, struct{}{}))
			_, _, err := async.Recv(ctx, answers)
			must(err)
		}
		b.StopTimer()
		return nil
	})
}

func receiveChan(b *testing.B) {
	requests, answers := answering()
	defer close(requests)
	b.ResetTimer()
	for range b.N {
		requests <- struct{}{}
		<-answers
	}
}

package async_test

import (
	"context"
	"testing"

	"github.com/gobaton/async"
)

// mustDo stops a benchmark that failed.
func mustDo(b *testing.B, err error) {
	if err != nil {
		b.Fatal(err)
	}
}

func done(context.Context) error { return nil }

func BenchmarkToThread(b *testing.B) {
	inLoop(b, func(ctx context.Context) {
		for b.Loop() {
			mustDo(b, async.ToThread(ctx, done))
		}
	})
}

// What ToThread has to be measured by.
func BenchmarkGoAndChannel(b *testing.B) {
	b.ReportAllocs()
	ended := make(chan struct{})
	for b.Loop() {
		go func() { ended <- struct{}{} }()
		<-ended
	}
}

const atOnce = 100

func BenchmarkToThreadHundredAtOnce(b *testing.B) {
	away := func(ctx context.Context) error { return async.ToThread(ctx, done) }
	inLoop(b, func(ctx context.Context) {
		tasks := make([]*async.Task[async.Void], atOnce)
		for b.Loop() {
			for i := range tasks {
				tasks[i] = async.Go(ctx, away)
			}
			for _, t := range tasks {
				mustDo(b, t.Wait(ctx))
			}
		}
	})
}

func BenchmarkGoAndChannelHundredAtOnce(b *testing.B) {
	b.ReportAllocs()
	ended := make(chan struct{})
	for b.Loop() {
		for range atOnce {
			go func() { ended <- struct{}{} }()
		}
		for range atOnce {
			<-ended
		}
	}
}

func BenchmarkRunInExecutor(b *testing.B) {
	pool := &async.ThreadPool{Workers: 1}
	inLoop(b, func(ctx context.Context) {
		defer pool.Shutdown(ctx)
		for b.Loop() {
			mustDo(b, async.RunInExecutor(ctx, pool, nothing).Wait(ctx))
		}
	})
}

func BenchmarkSubmitToARunner(b *testing.B) {
	b.ReportAllocs()
	var r async.Runner
	portal := r.Start(b.Context())
	defer r.Close()
	for b.Loop() {
		_, err := async.Submit(portal, nothing).Wait(b.Context())
		mustDo(b, err)
	}
}

// What Submit has to be measured by: a goroutine that serves requests, each with a channel for its answer.
func BenchmarkRequestAndAnswer(b *testing.B) {
	b.ReportAllocs()
	requests := make(chan chan async.Void)
	defer close(requests)
	go func() {
		for answer := range requests {
			v, _ := nothing(context.Background())
			answer <- v
		}
	}()
	for b.Loop() {
		answer := make(chan async.Void, 1)
		requests <- answer
		<-answer
	}
}

// A channel's item from a goroutine outside, one at a time.
func BenchmarkRecv(b *testing.B) {
	ask, answer := make(chan struct{}), make(chan struct{})
	go func() {
		for range ask {
			answer <- struct{}{}
		}
	}()
	defer close(ask)
	inLoop(b, func(ctx context.Context) {
		for b.Loop() {
			mustDo(b, async.Send(ctx, ask, struct{}{}))
			_, _, err := async.Recv(ctx, answer)
			mustDo(b, err)
		}
	})
}

package async_test

import (
	"context"
	"testing"

	"github.com/gobaton/async"
)

// BenchmarkDebug measures what debug mode costs; off is to cost nothing.
func BenchmarkDebug(b *testing.B) {
	for name, debug := range map[string]bool{"off": false, "on": true} {
		b.Run("Yield/"+name, func(b *testing.B) {
			benchIn(b, debug, func(ctx context.Context) {
				async.Go(ctx, func(ctx context.Context) error {
					for async.Yield(ctx) == nil {
						continue
					}
					return nil
				})
				for b.Loop() {
					_ = async.Yield(ctx)
				}
			})
		})
		b.Run("Go and Await/"+name, func(b *testing.B) {
			benchIn(b, debug, func(ctx context.Context) {
				for b.Loop() {
					_ = async.Go(ctx, func(context.Context) error { return nil }).Wait(ctx)
				}
			})
		})
	}
}

func benchIn(b *testing.B, debug bool, f func(ctx context.Context)) {
	b.ReportAllocs()
	r := async.Runner{Debug: debug, OnError: func(*async.ErrorEvent) {}} // a busy machine makes slow steps
	err := r.Run(context.Background(), func(ctx context.Context) error {
		f(ctx)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
}

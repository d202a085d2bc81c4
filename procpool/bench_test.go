package procpool_test

import (
	"context"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/procpool"
)

// roundTrips is a call after the other.
func roundTrips(b *testing.B, pool *procpool.Pool, call func(ctx context.Context) error) {
	b.Helper()
	b.ReportAllocs()
	err := async.Run(b.Context(), func(ctx context.Context) error {
		defer pool.Shutdown(ctx)
		if err := call(ctx); err != nil { // the worker is started before
			return err
		}
		for b.Loop() {
			if err := call(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func BenchmarkRoundTrip(b *testing.B) {
	pool := &procpool.Pool{Workers: 1}
	roundTrips(b, pool, func(ctx context.Context) error {
		_, err := procpool.ToProcess(ctx, pool, square, 12)
		return err
	})
}

func BenchmarkRoundTripOf64KiB(b *testing.B) {
	pool := &procpool.Pool{Workers: 1}
	b.SetBytes(64 << 10)
	roundTrips(b, pool, func(ctx context.Context) error {
		_, err := procpool.ToProcess(ctx, pool, repeat, 64<<10)
		return err
	})
}

// The same function off the loop, but in this process.
func BenchmarkInAThread(b *testing.B) {
	roundTrips(b, new(procpool.Pool), func(ctx context.Context) error {
		_, err := async.ToThreadValue(ctx, square.Bind(12))
		return err
	})
}

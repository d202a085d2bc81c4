package async_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/gobaton/async"
)

// The combinators beside errgroup doing the same work.

// sizes are how many tasks a benchmark has.
var sizes = []int{10, 1_000, 100_000}

// inLoop runs a benchmark in a task.
func inLoop(b *testing.B, f func(ctx context.Context)) {
	b.Helper()
	b.ReportAllocs()
	err := async.Run(b.Context(), func(ctx context.Context) error {
		f(ctx)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// perTask says what one of n tasks takes.
func perTask(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/task")
}

func BenchmarkGather(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("async/%d", n), func(b *testing.B) { gatherAsync(b, n) })
		b.Run(fmt.Sprintf("errgroup/%d", n), func(b *testing.B) { gatherErrgroup(b, n) })
	}
}

func gatherAsync(b *testing.B, n int) {
	inLoop(b, func(ctx context.Context) {
		for b.Loop() {
			coros := make([]async.Coro[int], n)
			for i := range coros {
				coros[i] = func(context.Context) (int, error) { return i, nil }
			}
			_, _ = async.Gather(ctx, coros...)
		}
	})
	perTask(b, n)
}

func gatherErrgroup(b *testing.B, n int) {
	b.ReportAllocs()
	for b.Loop() {
		var g errgroup.Group
		values := make([]int, n)
		for i := range values {
			g.Go(func() error { values[i] = i; return nil })
		}
		_ = g.Wait()
	}
	perTask(b, n)
}

func BenchmarkTaskGroup(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("async/%d", n), func(b *testing.B) { groupAsync(b, n) })
		b.Run(fmt.Sprintf("errgroup/%d", n), func(b *testing.B) { groupErrgroup(b, n) })
	}
}

func groupAsync(b *testing.B, n int) {
	inLoop(b, func(ctx context.Context) {
		for b.Loop() {
			_ = async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				for range n {
					tg.Go(func(context.Context) error { return nil })
				}
				return nil
			})
		}
	})
	perTask(b, n)
}

func groupErrgroup(b *testing.B, n int) {
	b.ReportAllocs()
	for b.Loop() {
		g, _ := errgroup.WithContext(b.Context())
		for range n {
			g.Go(func() error { return nil })
		}
		_ = g.Wait()
	}
	perTask(b, n)
}

func BenchmarkMap(b *testing.B) {
	const n, limit = 1_000, 16
	b.Run("async", func(b *testing.B) { mapAsync(b, n, limit) })
	b.Run("errgroup", func(b *testing.B) { mapErrgroup(b, n, limit) })
}

func mapAsync(b *testing.B, n, limit int) {
	args := make([]int, n)
	inLoop(b, func(ctx context.Context) {
		for b.Loop() {
			_, _ = async.Map(ctx, limit, args, func(ctx context.Context, arg int) (int, error) { return arg + 1, async.Yield(ctx) })
		}
	})
	perTask(b, n)
}

func mapErrgroup(b *testing.B, n, limit int) {
	args := make([]int, n)
	b.ReportAllocs()
	for b.Loop() {
		g, _ := errgroup.WithContext(b.Context())
		g.SetLimit(limit)
		values := make([]int, n)
		for i, arg := range args {
			g.Go(func() error { runtime.Gosched(); values[i] = arg + 1; return nil })
		}
		_ = g.Wait()
	}
	perTask(b, n)
}

// A limit on a body that ends in time.
func BenchmarkTimeout(b *testing.B) {
	b.Run("async", func(b *testing.B) {
		inLoop(b, func(ctx context.Context) {
			for b.Loop() {
				_ = async.Timeout(ctx, time.Hour, func(context.Context) error { return nil })
			}
		})
	})
	b.Run("context", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, cancel := context.WithTimeout(b.Context(), time.Hour)
			cancel()
		}
	})
}

// Three groups, each in the body of the one around it, each with three tasks that wait for ever; then all is canceled.
func BenchmarkNestedGroupsCanceled(b *testing.B) {
	inLoop(b, func(ctx context.Context) {
		for b.Loop() {
			task := async.Go(ctx, func(ctx context.Context) error { return nest(ctx, 3) })
			_ = async.Yield(ctx)
			_ = async.Yield(ctx)
			task.Cancel()
			if !async.IsCanceled(task.Wait(ctx)) {
				b.Fatal("not canceled")
			}
		}
	})
}

func nest(ctx context.Context, depth int) error {
	return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		for range 3 {
			tg.Go(forever)
		}
		if depth == 1 {
			return nil
		}
		return nest(ctx, depth-1)
	})
}

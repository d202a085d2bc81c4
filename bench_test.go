package async_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// inVirtualLoop is inLoop in virtual time.
func inVirtualLoop(b *testing.B, f func(ctx context.Context)) {
	b.Helper()
	b.ReportAllocs()
	r := &async.Runner{Clock: asynctest.NewClock()}
	err := r.Run(context.Background(), func(ctx context.Context) error {
		f(ctx)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	_ = r.Close()
}

// perItem reports the time of one of the n items of each operation.
func perItem(b *testing.B, n int, unit string) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), unit)
}

// An operation is a round: each of the tasks yields once.
func BenchmarkYield(b *testing.B) {
	for _, n := range []int{1, 2, 1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			inLoop(b, func(ctx context.Context) {
				for range n - 1 {
					async.Go(ctx, func(ctx context.Context) error {
						for async.Yield(ctx) == nil {
						}
						return nil
					})
				}
				_ = async.Yield(ctx)
				for b.Loop() {
					_ = async.Yield(ctx)
				}
				perItem(b, n, "ns/yield")
			})
		})
	}
}

func BenchmarkGoAwait(b *testing.B) {
	nothing := func(context.Context) error { return nil }
	inLoop(b, func(ctx context.Context) {
		for b.Loop() {
			_ = async.Go(ctx, nothing).Wait(ctx)
		}
	})
}

func BenchmarkGoEager(b *testing.B) {
	nothing := func(context.Context) error { return nil }
	inLoop(b, func(ctx context.Context) {
		for b.Loop() {
			_ = async.GoEager(ctx, nothing).Wait(ctx)
		}
	})
}

// An operation starts a million tasks that sleep for different times, and waits for their ends.
func BenchmarkSleepingMillion(b *testing.B) {
	const n = 1_000_000
	inVirtualLoop(b, func(ctx context.Context) {
		before, used := memory(), uint64(0)
		for b.Loop() {
			for i := range n {
				async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Duration(1+i%1000)*time.Second) })
			}
			_ = async.Sleep(ctx, time.Second/2)
			b.StopTimer()
			used = memory() - before
			b.StartTimer()
			_ = async.Sleep(ctx, time.Hour)
		}
		perItem(b, n, "ns/task")
		b.ReportMetric(float64(used)/n, "B/task")
	})
}

// memory is what the heap and the stacks take.
func memory() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func BenchmarkSleep(b *testing.B) {
	inVirtualLoop(b, func(ctx context.Context) {
		for b.Loop() {
			_ = async.Sleep(ctx, time.Second)
		}
	})
}

func BenchmarkCallSoon(b *testing.B) {
	const batch = 1000
	inLoop(b, func(ctx context.Context) {
		l, calls := async.RunningLoop(ctx), 0
		fn := func() { calls++ }
		for b.Loop() {
			for range batch {
				l.CallSoon(fn)
			}
			_ = async.Yield(ctx)
		}
		perItem(b, batch, "ns/call")
	})
}

// An operation hands a result over to a task that awaits it.
func BenchmarkSetResultToAwait(b *testing.B) {
	inLoop(b, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		async.Go(ctx, func(ctx context.Context) error {
			for {
				if _, err := f.Await(ctx); err != nil {
					return err
				}
				f = async.NewFuture[int](ctx)
			}
		})
		_ = async.Yield(ctx)
		for b.Loop() {
			_ = f.SetResult(1)
			_ = async.Yield(ctx)
		}
	})
}

// An operation starts ten tasks, each of which awaits the next, and cancels the first.
func BenchmarkCanceledChain(b *testing.B) {
	inLoop(b, func(ctx context.Context) {
		for b.Loop() {
			task := async.Go(ctx, forever)
			for range 9 {
				task = async.Go(ctx, task.Wait)
			}
			_ = async.Yield(ctx)
			task.Cancel()
			_ = task.Wait(ctx)
		}
	})
}

// An operation is an await under a context of the standard library.
func BenchmarkDerivedContext(b *testing.B) {
	for name, wrap := range map[string]func(ctx context.Context) context.Context{
		"WithValue":  func(ctx context.Context) context.Context { return context.WithValue(ctx, ctxKey("k"), 1) },
		"WithCancel": child,
	} {
		b.Run(name, func(b *testing.B) {
			inLoop(b, func(ctx context.Context) {
				ctx = wrap(ctx)
				for b.Loop() {
					_ = async.Yield(ctx)
				}
			})
		})
	}
}

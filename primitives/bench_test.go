package primitives_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/sync/semaphore"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// The benchmarks stand in pairs: ours, and what a Go programmer has without it,
// in the same run.

// benchRun runs body in a loop of its own, with the timer started.
func benchRun(b *testing.B, body func(ctx context.Context) error) {
	b.Helper()
	b.ReportAllocs()
	err := async.Run(context.Background(), func(ctx context.Context) error {
		b.ResetTimer()
		return body(ctx)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// inTasks runs body in n tasks, so many times in each.
func inTasks(ctx context.Context, n, times int, body func(ctx context.Context) error) error {
	tasks := make([]*async.Task[async.Void], n)
	for i := range tasks {
		tasks[i] = async.Go(ctx, func(ctx context.Context) error {
			for range times {
				if err := body(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for _, t := range tasks {
		if err := t.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// inGoroutines is inTasks without a loop.
func inGoroutines(b *testing.B, n, times int, body func()) {
	b.ReportAllocs()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for range times {
				body()
			}
		})
	}
	wg.Wait()
}

// rounds is how often each of n has to do something for b.N times in all.
func rounds(b *testing.B, n int) int { return (b.N + n - 1) / n }

func BenchmarkLock(b *testing.B) {
	b.Run("async", func(b *testing.B) {
		benchRun(b, func(ctx context.Context) error {
			var l primitives.Lock
			for range b.N {
				if err := l.Acquire(ctx); err != nil {
					return err
				}
				l.Release()
			}
			return nil
		})
	})
	b.Run("With", func(b *testing.B) {
		benchRun(b, func(ctx context.Context) error {
			var l primitives.Lock
			for range b.N {
				if err := l.With(ctx, func(context.Context) error { return nil }); err != nil {
					return err
				}
			}
			return nil
		})
	})
	b.Run("sync.Mutex", func(b *testing.B) {
		var mu sync.Mutex
		for range b.N {
			mu.Lock()
			mu.Unlock() //lint:ignore SA2001 the section is empty on purpose
		}
	})
}

func BenchmarkLockContended(b *testing.B) {
	b.Run("async", func(b *testing.B) {
		benchRun(b, func(ctx context.Context) error {
			var l primitives.Lock
			return inTasks(ctx, 10, rounds(b, 10), func(ctx context.Context) error {
				if err := l.Acquire(ctx); err != nil {
					return err
				}
				defer l.Release()
				return async.Yield(ctx)
			})
		})
	})
	b.Run("sync.Mutex", func(b *testing.B) {
		var mu sync.Mutex
		inGoroutines(b, 10, rounds(b, 10), func() {
			mu.Lock()
			defer mu.Unlock()
			runtime.Gosched()
		})
	})
}

func BenchmarkSemaphore(b *testing.B) {
	b.Run("async", func(b *testing.B) {
		benchRun(b, func(ctx context.Context) error {
			s := primitives.NewSemaphore(2)
			for range b.N {
				if err := s.Acquire(ctx); err != nil {
					return err
				}
				s.Release()
			}
			return nil
		})
	})
	b.Run("x-sync", func(b *testing.B) {
		b.ReportAllocs()
		s, ctx := semaphore.NewWeighted(2), context.Background()
		for range b.N {
			_ = s.Acquire(ctx, 1)
			s.Release(1)
		}
	})
}

func BenchmarkSemaphoreContended(b *testing.B) {
	b.Run("async", func(b *testing.B) {
		benchRun(b, func(ctx context.Context) error {
			s := primitives.NewSemaphore(2)
			return inTasks(ctx, 10, rounds(b, 10), func(ctx context.Context) error {
				if err := s.Acquire(ctx); err != nil {
					return err
				}
				defer s.Release()
				return async.Yield(ctx)
			})
		})
	})
	b.Run("x-sync", func(b *testing.B) {
		s, ctx := semaphore.NewWeighted(2), context.Background()
		inGoroutines(b, 10, rounds(b, 10), func() {
			_ = s.Acquire(ctx, 1)
			defer s.Release(1)
			runtime.Gosched()
		})
	})
}

func BenchmarkQueue1(b *testing.B)    { benchQueue(b, 1, 0) }
func BenchmarkQueue1000(b *testing.B) { benchQueue(b, 1000, 1000) }

// benchQueue passes items from task to task, and from goroutine to goroutine.
func benchQueue(b *testing.B, size, capacity int) {
	b.Run("async", func(b *testing.B) {
		benchRun(b, func(ctx context.Context) error {
			q := primitives.NewQueue[int](size)
			producer := async.Go(ctx, func(ctx context.Context) error {
				for i := range b.N {
					if err := q.Put(ctx, i); err != nil {
						return err
					}
				}
				return nil
			})
			for range b.N {
				if _, err := q.Get(ctx); err != nil {
					return err
				}
			}
			return producer.Wait(ctx)
		})
	})
	b.Run("chan", func(b *testing.B) {
		b.ReportAllocs()
		ch := make(chan int, capacity)
		go func() {
			for i := range b.N {
				ch <- i
			}
		}()
		for range b.N {
			<-ch
		}
	})
}

// An operation is a thousand waiters woken.
func BenchmarkEvent1000(b *testing.B) {
	const waiters = 1000
	b.Run("async", func(b *testing.B) {
		benchRun(b, func(ctx context.Context) error { return fanOut(ctx, b, waiters) })
	})
	b.Run("chan", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			var ready, done sync.WaitGroup
			event := make(chan struct{})
			ready.Add(waiters)
			for range waiters {
				done.Go(func() {
					ready.Done()
					<-event
				})
			}
			ready.Wait()
			close(event)
			done.Wait()
		}
	})
}

// fanOut has waiters wait for two events in turn.
func fanOut(ctx context.Context, b *testing.B, waiters int) error {
	var events [2]primitives.Event
	woken := 0
	tasks := make([]*async.Task[async.Void], waiters)
	for i := range tasks {
		tasks[i] = async.Go(ctx, func(ctx context.Context) error {
			for n := range b.N {
				if err := events[n%2].Wait(ctx); err != nil {
					return err
				}
				woken++
			}
			return nil
		})
	}
	if err := async.Yield(ctx); err != nil {
		return err
	}
	b.ResetTimer()
	for n := range b.N {
		events[(n+1)%2].Clear()
		events[n%2].Set()
		for woken < (n+1)*waiters {
			if err := async.Yield(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// An operation is one arrival of ten parties.
func BenchmarkBarrier10(b *testing.B) {
	const parties = 10
	b.Run("async", func(b *testing.B) {
		benchRun(b, func(ctx context.Context) error {
			meeting := primitives.NewBarrier(parties)
			return inTasks(ctx, parties, rounds(b, parties), func(ctx context.Context) error {
				_, err := meeting.Wait(ctx)
				return err
			})
		})
	})
	b.Run("sync.Cond", func(b *testing.B) {
		meeting := &condBarrier{parties: parties, changed: sync.Cond{L: new(sync.Mutex)}}
		inGoroutines(b, parties, rounds(b, parties), meeting.wait)
	})
}

// condBarrier is the usual barrier of a sync.Cond.
type condBarrier struct {
	parties, arrived, round int
	changed                 sync.Cond
}

func (c *condBarrier) wait() {
	c.changed.L.Lock()
	defer c.changed.L.Unlock()
	if c.arrived++; c.arrived == c.parties {
		c.arrived = 0
		c.round++
		c.changed.Broadcast()
		return
	}
	for round := c.round; round == c.round; {
		c.changed.Wait()
	}
}

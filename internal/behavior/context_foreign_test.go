package behavior_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

func TestTaskForgetsContextsThatAreOver(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		turn := func() {
			derived, cancel := context.WithCancel(ctx)
			require.NoError(t, async.Yield(derived))
			cancel()
			runtime.Gosched() // to the goroutine that hears of it
		}
		many := func(n int) uint64 {
			for range n {
				turn()
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := many(1000)
		require.Less(t, int64(many(10_000))-int64(before), int64(1<<20))
	})
}

// heapInUse is what is in use after a collection.
func heapInUse() uint64 {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestContextsDoNotGrowInATaskThatLivesLong(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0") // whose watchdog tells of the collections
	const rounds = 5000
	for name, use := range map[string]func(ctx, canceled context.Context){
		"Uncancel(ctx).Done": func(_, canceled context.Context) { _ = async.Uncancel(canceled).Done() },
		"Done under Uncancel with a value": func(_, canceled context.Context) {
			_ = async.Uncancel(context.WithValue(canceled, testkit.Key("k"), 1)).Done()
		},
		"AfterFunc under Uncancel": func(_, canceled context.Context) {
			context.AfterFunc(async.Uncancel(canceled), func() {})()
		},
		"Done and Value of a body that was left": func(ctx, _ context.Context) {
			var left context.Context
			_ = async.Timeout(ctx, time.Minute, func(ctx context.Context) error {
				left = ctx
				return nil
			})
			_, _ = left.Done(), left.Value(testkit.Key("k"))
		},
		"Done and Value of a body before it was left": func(ctx, _ context.Context) {
			_ = async.Timeout(ctx, time.Minute, func(ctx context.Context) error {
				_, _ = ctx.Done(), ctx.Value(testkit.Key("k"))
				_ = testkit.Child(ctx)
				return nil
			})
		},
		"Uncancel in a body": func(ctx, canceled context.Context) {
			_ = async.Timeout(async.Uncancel(canceled), 0, func(ctx context.Context) error {
				_ = async.Yield(ctx)
				_ = async.Uncancel(ctx).Done()
				return nil
			})
		},
		"awaits under standard contexts": func(ctx, _ context.Context) {
			derived, cancel := context.WithCancel(ctx)
			_ = async.Yield(derived)
			scope, _ := async.WithCancel(derived)
			_ = scope.Done()
			cancel()
			_ = async.Yield(async.Uncancel(scope))
		},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Virtually(t, func(ctx context.Context) {
				task := async.Go(ctx, func(canceled context.Context) error {
					testkit.SelfCancel(canceled)
					ctx := async.Uncancel(canceled)
					goroutines := runtime.NumGoroutine()
					some := func() {
						for range rounds {
							use(ctx, canceled)
							for runtime.NumGoroutine() > goroutines {
								runtime.Gosched() // to what an AfterFunc has set off
							}
						}
					}
					some() // so that the runtime has all that it keeps
					before := heapInUse()
					some()
					after := heapInUse()
					require.Less(t, float64(after)-float64(before), 20.0*rounds, "bytes for %d", rounds)
					return nil
				})
				require.NoError(t, task.Wait(ctx))
			})
		})
	}
}

// counted is a context that counts the looks at it.
type counted struct {
	context.Context
	looks *int
}

func (c counted) Err() error {
	*c.looks++
	return c.Context.Err()
}

func TestContextsOfTheStandardLibraryAreNotLookedAtInEachIteration(t *testing.T) {
	const tasks, yields = 10_000, 100_000
	testkit.Virtually(t, func(ctx context.Context) {
		looks := 0
		var group async.TaskGroup
		require.NoError(t, group.Do(ctx, func(ctx context.Context) error {
			for range tasks {
				group.Go(func(ctx context.Context) error { return testkit.Forever(counted{testkit.Child(ctx), &looks}) })
			}
			_ = async.Yield(ctx)
			_ = async.Yield(ctx)
			looks = 0
			for range yields {
				_ = async.Yield(ctx)
			}
			require.LessOrEqual(t, looks, yields/4, "looks in as many iterations")
			require.NotZero(t, looks)
			group.Cancel()
			return nil
		}))
	})
}

func TestContextsOfTheStandardLibraryEndInTheSameIterationOnEveryRun(t *testing.T) {
	seenAt := func() (at []int) {
		testkit.Virtually(t, func(ctx context.Context) {
			turns := testkit.CountTurns(ctx)
			var cancels []context.CancelFunc
			for i := range 100 {
				async.Go(ctx, func(ctx context.Context) error {
					derived, cancel := context.WithCancel(ctx)
					if i%2 == 1 {
						scope, _ := async.WithCancel(derived)
						derived = testkit.Child(embedded{scope})
					}
					cancels = append(cancels, cancel)
					require.Error(t, testkit.Forever(derived))
					at = append(at, i, turns.N)
					return nil
				})
			}
			for range 3000 {
				_ = async.Yield(ctx)
				if n := len(cancels); turns.N%70 == 0 && n > 50 {
					cancels[n-1]()
					cancels[n-2]()
					cancels = cancels[:n-2]
				}
			}
			require.NotEmpty(t, at, "while the loop is busy")
			for _, cancel := range cancels {
				cancel()
			}
			turns.Stop()
			require.NoError(t, async.Sleep(ctx, time.Second), "all are looked at before time passes")
			require.Len(t, at, 200)
		})
		return at
	}
	first := seenAt()
	for range 20 {
		require.Equal(t, first, seenAt())
	}
}

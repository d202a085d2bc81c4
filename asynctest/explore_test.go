package asynctest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// race is a program in which the order of three tasks, with a number of steps
// each, shows: it writes it down.
func race(steps int, order *strings.Builder) func(t testing.TB, ctx context.Context) {
	return func(_ testing.TB, ctx context.Context) {
		var tasks []*async.Task[async.Void]
		for _, name := range "abc" {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				for range steps {
					order.WriteRune(name)
					if err := async.Yield(ctx); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		wait(ctx, tasks...)
		order.WriteByte('\n')
	}
}

func explored(t *testing.T, e asynctest.Explorer) string {
	var order strings.Builder
	e.Explore(t, race(3, &order))
	return order.String()
}

func TestExploreTriesTheSameSchedulesForTheSameSeed(t *testing.T) {
	times := 1000
	if testing.Short() {
		times = 50
	}
	for name, strategy := range strategies {
		t.Run(name, func(t *testing.T) {
			e := asynctest.Explorer{Schedules: 5, Seed: 7, Strategy: strategy}
			first := explored(t, e)
			for range times {
				require.Equal(t, first, explored(t, e))
			}
		})
	}
}

func TestExploreTriesOtherSchedulesForOtherSeeds(t *testing.T) {
	for name, strategy := range strategies {
		if strategy == asynctest.Exhaustive {
			continue // which leaves nothing to chance
		}
		t.Run(name, func(t *testing.T) {
			seen := map[string]bool{}
			for seed := range uint64(100) {
				seen[explored(t, asynctest.Explorer{Schedules: 20, Seed: seed + 1, Strategy: strategy})] = true
			}
			require.Greater(t, len(seen), 95)
		})
	}
}

var strategies = map[string]asynctest.Strategy{
	"mixed": asynctest.Mixed, "random": asynctest.Random, "priorities": asynctest.Priorities, "exhaustive": asynctest.Exhaustive,
}

func TestExploreBeginsWithTheOrderOfTheReadyQueue(t *testing.T) {
	require.Equal(t, "abcabcabc\n", explored(t, asynctest.Explorer{Schedules: 1})[:10])
}

func TestExploreExhaustiveTriesAllOrdersAndEnds(t *testing.T) {
	var orders strings.Builder
	asynctest.Explorer{Schedules: 100_000, Strategy: asynctest.Exhaustive, Deviations: 100}.Explore(t, race(2, &orders))
	seen := map[string]bool{}
	for order := range strings.Lines(orders.String()) {
		seen[order] = true
	}
	require.Len(t, seen, 90, "6!/(2!)^3 orders of aabbcc")
}

func TestExplorePrioritiesStarveATask(t *testing.T) {
	asynctest.Explorer{Strategy: asynctest.Priorities, Schedules: 50}.Explore(t, func(t testing.TB, ctx context.Context) {
		stop := false
		spinner := async.Go(ctx, func(ctx context.Context) error {
			for !stop { // would be endless if it had the baton whenever it wanted
				if err := async.Yield(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		_ = async.Yield(ctx)
		stop = true
		require.NoError(t, spinner.Wait(ctx))
	})
}

func TestExploreFailsForAScheduleThatDoesNotEnd(t *testing.T) {
	for name, stubborn := range map[string]bool{"it can be canceled": false, "it cannot": true} {
		t.Run(name, func(t *testing.T) {
			r := record(t, func(t testing.TB) {
				asynctest.Explorer{MaxSteps: 200}.Explore(t, func(t testing.TB, ctx context.Context) {
					for async.Yield(ctx) == nil || stubborn {
						continue
					}
				})
			})
			require.True(t, r.failed)
			require.Contains(t, r.all(), "not over after 200 steps")
			require.Contains(t, r.all(), "... ")
		})
	}
}

func TestExploreReportsATestThatIsNotDeterministic(t *testing.T) {
	runs := 0
	r := record(t, func(t testing.TB) {
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
			runs++
			if runs%2 == 0 {
				_ = async.Sleep(ctx, time.Second)
			}
			_ = async.Yield(ctx)
		})
	})
	require.True(t, r.failed)
	require.Contains(t, r.all(), "is not deterministic")
	require.Regexp(t, `first:  step 1, 0s: Task-1 (yields|waits for a timer)`, r.all())
	require.Regexp(t, `second: step 1, 0s: Task-1 (yields|waits for a timer)`, r.all())
}

func TestExploreReportsAFailureThatDoesNotComeBack(t *testing.T) {
	runs := 0
	r := record(t, func(t testing.TB) {
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
			if runs++; runs == 25 {
				t.Errorf("once")
			}
			_ = async.Yield(ctx)
		})
	})
	require.True(t, r.failed)
	require.Contains(t, r.all(), "it failed once, and once it did not")
}

func TestExploreFindsFailuresPanicsAndErrors(t *testing.T) {
	for name, fail := range map[string]func(t testing.TB) error{
		"Errorf":  func(t testing.TB) error { t.Errorf("found"); return nil },
		"FailNow": func(t testing.TB) error { t.Log("found"); t.FailNow(); return nil },
		"Fatal":   func(t testing.TB) error { t.Fatal("found"); return nil },
		"panic":   func(testing.TB) error { panic("found") },
		"error":   func(testing.TB) error { return fmt.Errorf("found") },
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t, func(t testing.TB) {
				asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
					late := false
					async.Go(ctx, func(context.Context) error {
						if late {
							return fail(t)
						}
						return nil
					})
					async.Go(ctx, func(context.Context) error { late = true; return nil })
					_ = asynctest.WaitIdle(ctx)
				})
			})
			require.True(t, r.failed)
			require.Contains(t, r.all(), "found")
			require.Contains(t, r.all(), "ASYNC_REPLAY=2:1 go test -run '^TestExploreFindsFailuresPanicsAndErrors$/^"+name+"$'")
		})
	}
}

func TestExploreKeepsTheOrderOfCallbacks(t *testing.T) {
	asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
		var order []int
		for n := range 3 {
			async.RunningLoop(ctx).CallSoon(func() { order = append(order, n) })
		}
		other := async.Go(ctx, async.Yield)
		wait(ctx, other)
		require.NoError(t, asynctest.WaitIdle(ctx))
		require.Equal(t, []int{0, 1, 2}, order)
	})
}

func TestExploreCancelsInEachWaitOfEachTaskButTheTests(t *testing.T) {
	reached := map[string]bool{}
	asynctest.Explorer{Cancel: true, Schedules: 100}.Explore(t, func(t testing.TB, ctx context.Context) {
		at := "the start"
		task := async.Go(ctx, func(ctx context.Context) error {
			for n := range 3 {
				at = fmt.Sprint("wait ", n)
				if err := async.Yield(ctx); err != nil {
					return err
				}
			}
			at = "the end"
			return nil
		})
		_ = task.Wait(ctx)
		reached[at] = true
		require.NoError(t, ctx.Err())
	})
	require.Equal(t, map[string]bool{"the start": true, "wait 0": true, "wait 1": true, "wait 2": true, "the end": true}, reached)
}

func TestExploreSkipsATestThatSkips(t *testing.T) {
	var skipped bool
	t.Run("", func(t *testing.T) {
		defer func() { skipped = t.Skipped() }()
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) { t.Skip("not today") })
	})
	require.True(t, skipped)
}

func TestExploreRunsCleanupsAfterTheirScheduleInReverse(t *testing.T) {
	var order []string
	asynctest.Explorer{Schedules: 1}.Explore(t, func(t testing.TB, ctx context.Context) {
		t.Cleanup(func() { order = append(order, "first") })
		t.Cleanup(func() { order = append(order, "second") })
		order = append(order, "body")
	})
	require.Equal(t, []string{"body", "second", "first"}, order[:3])
}

func TestExploreTakesSeedAndSchedulesFromTheEnvironment(t *testing.T) {
	t.Setenv("ASYNC_SEED", "9")
	t.Setenv("ASYNC_SCHEDULES", "3")
	fromEnvironment := explored(t, asynctest.Explorer{Strategy: asynctest.Random})
	t.Setenv("ASYNC_SEED", "")
	t.Setenv("ASYNC_SCHEDULES", "")
	require.Equal(t, explored(t, asynctest.Explorer{Strategy: asynctest.Random, Seed: 9, Schedules: 3}), fromEnvironment)
	t.Setenv("ASYNC_REPLAY", "nonsense")
	require.Contains(t, record(t, func(t testing.TB) { asynctest.Explore(t, nil) }).all(), `"nonsense" in ASYNC_REPLAY`)
}

func TestExploreWorksInsideOfSynctest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asynctest.Explorer{Schedules: 50}.Explore(t, func(t testing.TB, ctx context.Context) {
			wait(ctx, async.Go(ctx, async.Yield), async.Go(ctx, async.Yield))
		})
	})
}

func TestExploreFailsForAGoroutineThatIsLeftBehind(t *testing.T) {
	stop := make(chan struct{})
	r := record(t, func(t testing.TB) {
		asynctest.Explorer{Schedules: 3}.Explore(t, func(t testing.TB, ctx context.Context) { go func() { <-stop }() })
	})
	close(stop)
	require.Contains(t, r.all(), "goroutine left behind")
}

func TestExploreLateLetsATimeoutComeAtAnyAwait(t *testing.T) {
	for _, late := range []bool{false, true} {
		reached := map[int]bool{}
		asynctest.Explorer{Late: late, Plain: true, Schedules: 200}.Explore(t, func(t testing.TB, ctx context.Context) {
			done := 0
			err := async.Timeout(ctx, time.Second, func(ctx context.Context) error {
				for range 3 {
					if err := async.Yield(ctx); err != nil {
						return err
					}
					done++
				}
				return nil
			})
			require.Equal(t, done < 3, err != nil)
			reached[done] = true
		})
		if late {
			require.Len(t, reached, 4)
		} else {
			require.Equal(t, map[int]bool{3: true}, reached)
		}
	}
}

func TestExploreSaysWhereItCanceled(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
			wait(ctx, async.Go(ctx, async.Yield), async.Go(ctx, async.Yield))
		})
	})
	require.False(t, r.failed)
	require.Contains(t, r.all(), "all orders there are, and others with cancellations; canceled at 6 of 6 places")
}

func TestExploreEndsWithItsTime(t *testing.T) {
	runs := 0
	asynctest.Explorer{Time: 20 * time.Millisecond, Strategy: asynctest.Random}.Explore(t, func(t testing.TB, ctx context.Context) {
		runs++
		wait(ctx, async.Go(ctx, async.Yield), async.Go(ctx, async.Yield))
	})
	require.Greater(t, runs, 10)
}

package async_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime/pprof"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// reports collects what a loop in debug mode tells.
type reports struct {
	events []*async.ErrorEvent
	came   chan *async.ErrorEvent
}

func (r *reports) runner() async.Runner {
	r.came = make(chan *async.ErrorEvent, 100)
	return async.Runner{Debug: true, OnError: func(e *async.ErrorEvent) {
		r.events = append(r.events, e)
		r.came <- e
	}}
}

// debug runs main in debug mode in a synctest bubble.
func debug(t *testing.T, main func(t *testing.T, ctx context.Context, r *reports) error) (r *reports, err error) {
	synctest.Test(t, func(t *testing.T) {
		r = new(reports)
		runner := r.runner()
		err = runner.Run(context.Background(), func(ctx context.Context) error { return main(t, ctx, r) })
		require.NoError(t, runner.Close())
	})
	return r, err
}

func TestDebugReportsASlowStepWhileItRunsWithItsStack(t *testing.T) {
	_, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		return async.Go(ctx, func(ctx context.Context) error {
			e := <-r.came // blocks until it is told that it does
			require.Equal(t, "a step has held the baton for more than 100ms", e.Message)
			require.Equal(t, "Task-2", e.Task)
			require.Regexp(t, `^debug_test.go:\d+$`, e.Started)
			require.Contains(t, string(e.Stack), "TestDebugReportsASlowStepWhileItRunsWithItsStack")
			return nil
		}).Wait(ctx)
	})
	require.NoError(t, err)
}

func TestDebugReportsEachSlowStepOnceAndCounts(t *testing.T) {
	r, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		for range 3 {
			time.Sleep(time.Second)
			_ = async.Yield(ctx)
		}
		async.RunningLoop(ctx).CallSoon(func() { time.Sleep(time.Second) })
		_ = async.Yield(ctx)
		require.Equal(t, 4, async.RunningLoop(ctx).SlowSteps())
		return nil
	})
	require.NoError(t, err)
	require.Len(t, r.events, 4)
	require.Equal(t, "Task-1", r.events[2].Task)
	require.Empty(t, r.events[3].Task, "a callback")
	require.Contains(t, string(r.events[3].Stack), "TestDebugReportsEachSlowStepOnceAndCounts")
}

func TestDebugReportsASlowStepAgainWhileItLasts(t *testing.T) {
	r, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		time.Sleep(time.Minute)
		_ = async.Yield(ctx)
		require.Equal(t, 1, async.RunningLoop(ctx).SlowSteps())
		return nil
	})
	require.NoError(t, err)
	var held []time.Duration
	for _, e := range r.events {
		require.Equal(t, "a step has held the baton for more than "+e.Held.String(), e.Message)
		require.Contains(t, string(e.Stack), "TestDebugReportsASlowStepAgainWhileItLasts")
		held = append(held, e.Held)
	}
	require.Equal(t, []time.Duration{100 * time.Millisecond, 1100 * time.Millisecond, 11100 * time.Millisecond}, held)
}

func TestDebugReportsAStepThatNeverEndsAFewTimesOnly(t *testing.T) {
	r, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		time.Sleep(100_000 * time.Hour)
		return nil
	})
	require.NoError(t, err)
	require.Len(t, r.events, 8)
}

func TestDebugReadsTheStackOfTheHolderAmongManyTasksAndLoops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r reports
		runner, other := r.runner(), r.runner()
		other.Start(t.Context())
		defer other.Close()
		require.NoError(t, runner.Run(t.Context(), func(ctx context.Context) error {
			for range 1000 {
				async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Second) })
			}
			_ = async.Yield(ctx)
			pprof.Do(ctx, pprof.Labels("mine", "own"), func(context.Context) { blockFor(time.Second) })
			async.RunningLoop(ctx).CallSoon(func() { blockFor(time.Second) })
			return async.Yield(ctx)
		}))
		require.NoError(t, runner.Close())
		require.Len(t, r.events, 2)
		for _, e := range r.events {
			require.Regexp(t, `^time\.Sleep\n\t.*\n.*async_test\.blockFor\n\t.*debug_test\.go:\d+\n`, string(e.Stack))
			require.NotContains(t, string(e.Stack), "internal/sched")
		}
	})
}

// blockFor is a call to be found in a stack.
//
//go:noinline
func blockFor(d time.Duration) { time.Sleep(d) }

func TestDebugReportsASlowFirstStepOfAnEagerTaskAsItsOwn(t *testing.T) {
	r, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		return async.GoEager(ctx, func(ctx context.Context) error {
			time.Sleep(time.Second)
			return nil
		}).Wait(ctx)
	})
	require.NoError(t, err)
	require.Len(t, r.events, 1)
	require.Equal(t, "Task-2", r.events[0].Task)
}

func TestDebugDoesNotCountWaitingAsSlow(t *testing.T) {
	r, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		for range 5 {
			time.Sleep(99 * time.Millisecond)
			_ = async.Sleep(ctx, time.Hour)
		}
		return nil
	})
	require.NoError(t, err)
	require.Empty(t, r.events)
}

func TestDebugSlowStepSetsTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := 0
		r := async.Runner{Debug: true, SlowStep: time.Minute, OnError: func(*async.ErrorEvent) { told++ }}
		require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
			time.Sleep(time.Second)
			_ = async.Yield(ctx)
			time.Sleep(2 * time.Minute)
			return nil
		}))
		require.NoError(t, r.Close())
		require.Equal(t, 1, told)
	})
}

func TestDebugIsTurnedOnByTheEnvironment(t *testing.T) {
	for value, on := range map[string]bool{"": false, "0": false, "1": true} {
		t.Run(value, func(t *testing.T) {
			t.Setenv("ASYNC_DEBUG", value)
			require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
				require.Equal(t, on, strings.Contains(async.Dump(ctx), "started at debug_test.go"))
				return nil
			}))
		})
	}
}

func TestDebugReportsSayWhereATaskWasStarted(t *testing.T) {
	var started string
	r, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		failing := func(context.Context) error { return errors.New("unseen") }
		panicking := func(context.Context) error { panic("seen") }
		async.Go(ctx, failing)
		task := async.Go(ctx, panicking)
		require.Panics(t, func() { _ = task.Wait(ctx) })
		never := async.NewFuture[int](ctx)
		return async.Go(ctx, never.Wait).Wait(ctx)
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.Regexp(t, `Task-1 \(.*\) waits for Task-4, started at debug_test.go:\d+\n`, err.Error())
	require.Regexp(t, `Task-4 \(.*\) waits for a future, started at debug_test.go:\d+ by Task-1$`, err.Error())
	require.Len(t, r.events, 2)
	for _, e := range r.events {
		require.Regexp(t, `^debug_test.go:\d+$`, e.Started)
		require.NotEqual(t, started, e.Started)
		started = e.Started
	}
}

func TestErrorEventIsLoggedWithAllThatIsKnown(t *testing.T) {
	var log strings.Builder
	r := async.Runner{Debug: true, Clock: asynctest.NewClock(), Logger: slog.New(slog.NewTextHandler(&log, nil))}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		async.Go(ctx, func(context.Context) error { return errors.New("unseen") })
		return async.Yield(ctx)
	}))
	require.NoError(t, r.Close())
	require.Regexp(t, `level=ERROR msg="async: error was never retrieved" task=Task-2 started=debug_test.go:\d+ error=unseen`, log.String())
}

func TestDebugReportsACloseThatHangs(t *testing.T) {
	r, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		async.Go(ctx, func(ctx context.Context) error {
			return async.Sleep(context.WithoutCancel(ctx), time.Hour)
		}).SetName("stubborn")
		return async.Yield(ctx)
	})
	require.NoError(t, err)
	require.Len(t, r.events, 1)
	var hang *async.HangError
	require.ErrorAs(t, r.events[0].Err, &hang)
	require.Len(t, hang.Tasks, 1)
	require.Regexp(t, `^stubborn \(.*\) waits for a timer \(5s\), started at debug_test.go:\d+ by Task-1$`, hang.Tasks[0])
}

func TestDebugCatchesAGoroutineWithoutTheBaton(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := async.Runner{Debug: true, Clock: asynctest.NewClock()}
		defer r.Close()
		require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
			future := async.NewFuture[int](ctx)
			task := async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Second) })
			var asleep context.Context
			other := async.Go(ctx, func(ctx context.Context) error {
				asleep = ctx
				return async.Sleep(ctx, time.Second)
			})
			_ = async.Yield(ctx)
			for name, touch := range map[string]func(){
				"Yield":              func() { _ = async.Yield(ctx) },
				"Sleep":              func() { _ = async.Sleep(ctx, time.Second) },
				"Await":              func() { _, _ = future.Await(ctx) },
				"Yield for another":  func() { _ = async.Yield(asleep) },
				"Go":                 func() { async.Go(ctx, async.Yield) },
				"SetResult":          func() { _ = future.SetResult(1) },
				"SetError":           func() { _ = future.SetError(errors.New("x")) },
				"Cancel of a future": func() { future.Cancel() },
				"Cancel of a task":   func() { task.Cancel() },
				"CallSoon":           func() { async.RunningLoop(ctx).CallSoon(func() {}) },
				"CallLater":          func() { async.RunningLoop(ctx).CallLater(1, func() {}) },
			} {
				require.Regexp(t, `^async: .*goroutine \d+, which does not hold the baton`, panicElsewhere(touch), name)
			}
			require.NoError(t, async.Yield(ctx), "all is as it was")
			require.False(t, future.Done())
			require.NoError(t, task.Wait(ctx))
			return other.Wait(ctx)
		}))
	})
}

// panicElsewhere is what f panics with on a goroutine of its own.
func panicElsewhere(f func()) (text string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { text = fmt.Sprint(recover()) }()
		f()
	}()
	<-done
	return text
}

// asWritten is a text without what differs with the place in the source.
func asWritten(s string) string {
	return regexp.MustCompile(`:\d+`).ReplaceAllString(s, "")
}

func TestDumpIsATreeOfWhoStartedWhom(t *testing.T) {
	var dump string
	r := async.Runner{Debug: true, Clock: asynctest.NewClock()}
	defer r.Close()
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		async.CurrentTask(ctx).SetName("main")
		inner := func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }
		outer := func(ctx context.Context) error {
			for _, name := range []string{"left", "right"} {
				async.Go(ctx, inner).SetName(name)
			}
			return async.Go(ctx, inner).Wait(ctx)
		}
		async.Go(ctx, outer).SetName("outer")
		async.Go(ctx, async.Yield)
		_ = async.Sleep(ctx, time.Second)
		async.Go(ctx, async.Yield).SetName("late")
		dump = async.Dump(ctx)
		return nil
	}))
	require.Equal(t, `6 tasks
main (TestDumpIsATreeOfWhoStartedWhom) runs, started at debug_test.go
├─ outer (TestDumpIsATreeOfWhoStartedWhom) waits for Task-6 (1s), started at debug_test.go by main
│  ├─ left (TestDumpIsATreeOfWhoStartedWhom) waits for a timer (1s), started at debug_test.go by outer
│  ├─ right (TestDumpIsATreeOfWhoStartedWhom) waits for a timer (1s), started at debug_test.go by outer
│  └─ Task-6 (TestDumpIsATreeOfWhoStartedWhom) waits for a timer (1s), started at debug_test.go by outer
└─ late (Yield) is ready, started at debug_test.go by main
`, asWritten(dump))
}

func TestDumpFoldsSiblingsThatAreAlike(t *testing.T) {
	var tree *async.TaskTree
	r := async.Runner{Debug: true, Clock: asynctest.NewClock()}
	defer r.Close()
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		nap := func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }
		serve := func(ctx context.Context) error { return async.Go(ctx, nap).Wait(ctx) }
		for range 1000 {
			async.Go(ctx, serve)
		}
		_ = async.Sleep(ctx, time.Second)
		tree = async.DumpTree(ctx)
		return nil
	}))
	require.Equal(t, `2001 tasks
Task-1 (TestDumpFoldsSiblingsThatAreAlike) runs, started at debug_test.go
└─ 1000 × Task-2 … Task-1001 (TestDumpFoldsSiblingsThatAreAlike) waits for Task-1002 … Task-2001 (1s), started at debug_test.go by Task-1
   └─ 1000 × Task-1002 … Task-2001 (TestDumpFoldsSiblingsThatAreAlike) waits for a timer (1s), started at debug_test.go by Task-2 … Task-1001
`, asWritten(tree.String()))
	data, err := json.Marshal(tree)
	require.NoError(t, err)
	require.Equal(t, 2001, strings.Count(string(data), `"function":"TestDumpFoldsSiblingsThatAreAlike"`))
}

func TestDumpIsAListWithoutDebugMode(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0")
	r := async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Second) })
		_ = async.Yield(ctx)
		require.Equal(t, `2 tasks
Task-1 (TestDumpIsAListWithoutDebugMode) runs
Task-2 (TestDumpIsAListWithoutDebugMode) waits for a timer
`, async.Dump(ctx))
		return nil
	}))
}

func TestDumpAndDeadlockNameACycleOfAwaits(t *testing.T) {
	var dump string
	r := async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()
	err := r.Run(context.Background(), func(ctx context.Context) error {
		tasks := make([]*async.Task[async.Void], 3)
		for i := range tasks {
			tasks[i] = async.Go(ctx, func(ctx context.Context) error { return tasks[(i+1)%3].Wait(ctx) })
		}
		_ = async.Yield(ctx)
		dump = async.Dump(ctx)
		return tasks[0].Wait(ctx)
	})
	cycle := "Task-2 waits for Task-3, which waits for Task-4, which waits for Task-2"
	require.Contains(t, dump, "\ncycle: "+cycle+"\n")
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.Contains(t, err.Error(), "\nThey wait for each other:\n\t"+cycle)
}

func TestDumpNamesALockOrderDeadlockAsACycle(t *testing.T) {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		var left, right primitives.Lock
		take := func(first, second *primitives.Lock) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				return first.With(ctx, func(ctx context.Context) error {
					_ = async.Yield(ctx)
					return second.Acquire(ctx)
				})
			}
		}
		_, err := async.Gather(ctx, async.Go(ctx, take(&left, &right)), async.Go(ctx, take(&right, &left)))
		return err
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.Contains(t, err.Error(), "\nThey wait for each other:\n\tTask-2 waits for a Lock held by Task-3, which waits for a Lock held by Task-2")
}

func TestErrorEventIsLoggedWithItsStackOnOneLineThatReadsWell(t *testing.T) {
	var text, data strings.Builder
	synctest.Test(t, func(t *testing.T) {
		for _, handler := range []slog.Handler{slog.NewTextHandler(&text, nil), slog.NewJSONHandler(&data, nil)} {
			r := async.Runner{Debug: true, Logger: slog.New(handler)}
			require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
				blockFor(time.Second)
				async.Go(ctx, func(ctx context.Context) error { return async.Sleep(context.WithoutCancel(ctx), time.Hour) })
				return async.Yield(ctx)
			}))
			require.NoError(t, r.Close())
		}
	})
	require.NotContains(t, text.String(), `\n`)
	require.NotContains(t, text.String(), `\t`)
	require.Regexp(t, `started=debug_test.go:\d+ held=100ms at="time.Sleep \(time.go:\d+\) < async_test.blockFor \(debug_test.go:\d+\) < async_test.TestErrorEvent`, text.String())
	require.Regexp(t, `error="tasks were canceled and go on" tasks="Task-2 \(.*\) waits for a timer \(5s\), started at debug_test.go:\d+ by Task-1"`, text.String())
	require.Regexp(t, `"at":\["time.Sleep \(time.go:\d+\)","async_test.blockFor \(debug_test.go:\d+\)"`, data.String())
	require.Regexp(t, `"tasks":\["Task-2 `, data.String())
}

func TestDebugTellsOfALoopThatManyShortStepsHoldUp(t *testing.T) {
	r, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		work := func(ctx context.Context) error {
			for range 20 {
				blockFor(30 * time.Millisecond)
				_ = async.Yield(ctx)
			}
			return nil
		}
		_, err := async.Gather(ctx, async.Funcs(work, work, work, work, work, work, work, work, work, work)...)
		return err
	})
	require.NoError(t, err)
	require.Len(t, r.events, 1)
	require.Regexp(t, `^the loop lags: what is ready had to wait for [23]\d\dms, in which (9|10) short steps ran$`, r.events[0].Message)
}

func TestDebugCallsNoLagWhatASlowStepMakes(t *testing.T) {
	r, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		for range 5 {
			blockFor(time.Second)
			_ = async.Yield(ctx)
		}
		return nil
	})
	require.NoError(t, err)
	for _, e := range r.events {
		require.Contains(t, e.Message, "a step has held the baton")
	}
}

func TestDebugTellsOfACanceledTaskThatGoesOnAwaitingWithTheCount(t *testing.T) {
	r, err := debug(t, func(t *testing.T, ctx context.Context, r *reports) error {
		task := async.Go(ctx, func(ctx context.Context) error {
			for range 20_000 {
				_ = async.Sleep(ctx, time.Hour)
			}
			return nil
		})
		_ = async.Yield(ctx)
		task.Cancel()
		return task.Wait(ctx)
	})
	require.NoError(t, err)
	require.Len(t, r.events, 2)
	for i, count := range []string{"1000", "10000"} {
		require.Equal(t, "a canceled task goes on awaiting: return the error, or go on with Uncancel; "+count+" awaits have failed so far", r.events[i].Message)
		require.Equal(t, "Task-2", r.events[i].Task)
		require.Regexp(t, `^debug_test.go:\d+$`, r.events[i].Started)
	}
}

package async_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestShutdownEndsTasksThatTimersAndCallbacksStartWhileFunctionsAreOut(t *testing.T) {
	for name, later := range map[string]func(l *async.Loop, fn func()){
		"timer":    func(l *async.Loop, fn func()) { l.CallLater(time.Millisecond, fn) },
		"callback": func(l *async.Loop, fn func()) { l.CallSoon(func() { l.CallSoon(func() { l.CallSoon(fn) }) }) },
	} {
		t.Run(name, func(t *testing.T) {
			var tr record
			release := make(chan struct{})
			require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
				async.RunInExecutor(ctx, nil, func(context.Context) (async.Void, error) {
					<-release
					return async.Void{}, nil
				})
				l := async.RunningLoop(ctx)
				later(l, func() {
					async.GoEager(l.Context(), func(ctx context.Context) error {
						defer tr.Add("deferred")
						tr.Add("started")
						close(release)
						return forever(ctx)
					})
				})
				return nil
			}))
			require.Equal(t, record{"started", "deferred"}, tr)
		})
	}
}

func TestShutdownClosesWhatAFunctionOffTheLoopSubmits(t *testing.T) {
	ended := make(chan struct{})
	var err error
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		p := async.RunningLoop(ctx).Portal()
		async.RunInExecutor(ctx, nil, func(context.Context) (async.Void, error) {
			<-ended
			_, err = async.Submit(p, neverValue(t)).Wait(context.Background())
			return async.Void{}, nil
		})
		async.CurrentTask(ctx).OnDone(func() { async.RunningLoop(ctx).CallLater(time.Millisecond, func() { close(ended) }) })
		return nil
	}))
	require.ErrorIs(t, err, async.ErrClosed)
}

func TestShutdownCallsWhatWaitsForTheLastTasks(t *testing.T) {
	var tr record
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		f.OnDone(func() { tr.Add("future") })
		task := async.Go(ctx, func(ctx context.Context) error {
			err := forever(ctx)
			_ = f.SetResult(1)
			return err
		})
		task.OnDone(func() {
			tr.Add("task")
			async.RunningLoop(ctx).CallSoon(func() { tr.Add("callback of the callback") })
		})
		_ = async.Yield(ctx)
	})
	require.Equal(t, record{"future", "task", "callback of the callback"}, tr)
}

func TestShutdownEndsTasksThatTheLastCallbacksStart(t *testing.T) {
	var tr record
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		async.Go(ctx, forever).OnDone(func() {
			async.GoEager(l.Context(), func(ctx context.Context) error {
				defer tr.Add("deferred")
				return forever(ctx)
			})
		})
		_ = async.Yield(ctx)
	})
	require.Equal(t, record{"deferred"}, tr)
}

func TestShutdownDropsCallbacksWithoutEndAndSaysSo(t *testing.T) {
	var again func()
	told, err := listening(func(ctx context.Context) error {
		l := async.RunningLoop(ctx)
		again = func() { l.CallSoon(again) }
		l.CallSoon(again)
		return nil
	})
	require.NoError(t, err)
	require.Len(t, told, 1)
	require.Contains(t, told[0].Message, "callbacks that set off others without end")
}

func TestShutdownReportsErrorsAsAsyncioRunDoes(t *testing.T) {
	told, err := listening(func(ctx context.Context) error {
		inner := async.Go(ctx, func(ctx context.Context) error {
			_ = forever(ctx)
			return errors.New("inner")
		})
		async.Go(ctx, func(ctx context.Context) error { return fmt.Errorf("outer: %w", inner.Wait(ctx)) })
		async.Go(ctx, func(ctx context.Context) error {
			_ = forever(ctx)
			return nil
		})
		return async.Yield(ctx)
	})
	require.NoError(t, err)
	var tr record
	for _, e := range told {
		tr.Add("%s: %s: %v", e.Task, e.Message, e.Err)
	}
	require.Equal(t, record{
		"Task-2: unhandled error during Run's shutdown: inner",
		"Task-3: unhandled error during Run's shutdown: outer: inner",
	}, tr)
}

// awaitChain starts n tasks each of which awaits another, the first forever,
// and returns them.
func awaitChain(ctx context.Context, n int, end func(ctx context.Context)) []*async.Task[async.Void] {
	tasks := []*async.Task[async.Void]{async.Go(ctx, forever)}
	for len(tasks) < n {
		before := tasks[len(tasks)-1]
		tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
			defer end(ctx)
			return before.Wait(ctx)
		}))
	}
	return tasks
}

func TestShutdownCountsTheCancellationsThatComeThroughAChain(t *testing.T) {
	for name, backwards := range map[string]bool{"awaited first": false, "awaiting first": true} {
		t.Run(name, func(t *testing.T) {
			var counts []int
			tasks := make([]*async.Task[async.Void], 4)
			virtually(t, func(ctx context.Context) {
				for i := range tasks {
					n := i
					if backwards {
						n = len(tasks) - 1 - i
					}
					tasks[n] = async.Go(ctx, func(ctx context.Context) error {
						defer func() { counts = append(counts, async.CurrentTask(ctx).Canceling()) }()
						if n == 0 {
							return forever(ctx)
						}
						return tasks[n-1].Wait(ctx)
					})
				}
				_ = async.Yield(ctx)
			})
			require.Equal(t, []int{4, 3, 2, 1}, counts, "its own, and one of each that awaits it")
		})
	}
}

func TestShutdownTakesTimeInProportionToAChainOfAwaits(t *testing.T) {
	took := func(n int) time.Duration {
		ended := 0
		r := &async.Runner{Clock: asynctest.NewClock()}
		require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
			awaitChain(ctx, n, func(context.Context) { ended++ })
			return async.Yield(ctx)
		}))
		began := time.Now()
		require.NoError(t, r.Close())
		require.Equal(t, n-1, ended)
		return time.Since(began)
	}
	took(1_000)
	few, many := took(5_000), took(50_000)
	require.Less(t, many, 60*few+20*time.Second, "quadratic, it would take 100 times as long, which is a minute")
}

func TestDeadlockTakesTimeInProportionToAChainOfAwaits(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	ended := 0
	err := r.Run(context.Background(), func(ctx context.Context) error {
		tasks := awaitChain(ctx, 50_000, func(context.Context) { ended++ })
		return tasks[len(tasks)-1].Wait(ctx)
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.Equal(t, 49_999, ended)
	require.NoError(t, r.Close())
}

// What is accepted is never lost: a callback is called, a Pending ends.
func TestShutdownUnderAStormOfPostsLosesNothingThatItAccepted(t *testing.T) {
	for range 60 {
		r := new(async.Runner)
		p := r.Start(context.Background())
		var accepted, called atomic.Int64
		var users sync.WaitGroup
		begun := make(chan struct{}, 4)
		for range 4 {
			users.Go(func() {
				for i := 0; ; i++ {
					if i == 10 {
						begun <- struct{}{}
					}
					if i%3 == 0 {
						_, err := async.Submit(p, answer42).Wait(context.Background())
						if errors.Is(err, async.ErrClosed) {
							return
						}
						continue
					}
					if soon(p, func() { called.Add(1) }) != nil {
						return
					}
					accepted.Add(1)
				}
			})
		}
		<-begun
		require.NoError(t, r.Close())
		users.Wait()
		require.Equal(t, accepted.Load(), called.Load())
	}
}

func TestShutdownReportsErrorsBehindTheCallbacksOfTheLastTasks(t *testing.T) {
	var tr record
	r := async.Runner{Clock: asynctest.NewClock(), OnError: func(e *async.ErrorEvent) { tr.Add("%s", e.Message) }}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		l := async.RunningLoop(ctx)
		async.Go(ctx, func(ctx context.Context) error {
			_ = forever(ctx)
			l.CallSoon(func() { tr.Add("callback") })
			return errors.New("in the cleanup")
		})
		return async.Yield(ctx)
	}))
	require.NoError(t, r.Close())
	require.Equal(t, record{"callback", "unhandled error during Run's shutdown"}, tr)
}

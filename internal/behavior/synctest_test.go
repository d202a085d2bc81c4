package behavior_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/testkit"
)

func TestSynctestRunsALoopOnFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
			require.Equal(t, time.Now(), async.RunningLoop(ctx).Now())
			var tasks []*async.Task[int]
			for i := range 10 {
				tasks = append(tasks, async.GoValue(ctx, testkit.After(time.Duration(i)*time.Hour, i)))
			}
			_, err := async.Gather(ctx, tasks...)
			require.Equal(t, 9*time.Hour, time.Since(begun))
			require.Equal(t, 9*time.Hour, testkit.Now(ctx))
			return err
		}))
	})
}

func TestSynctestLoopIdlesForOtherGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
			f := async.NewFuture[time.Duration](ctx)
			p := async.RunningLoop(ctx).Portal()
			begun := time.Now()
			go func() {
				defer p.Close()
				time.Sleep(time.Minute) // by the bubble's clock
				_, _ = p.CallSoonThreadsafe(func() { _ = f.SetResult(time.Since(begun)) })
			}()
			v, err := f.Await(ctx)
			require.Equal(t, time.Minute, v)
			return err
		}))
	})
}

func TestSynctestTakesAVirtualClockToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		testkit.Virtually(t, func(ctx context.Context) {
			require.NoError(t, async.Sleep(ctx, time.Hour))
			require.Equal(t, time.Hour, testkit.Now(ctx))
		})
		require.Zero(t, time.Since(begun))
	})
}

func TestSynctestRunsAStartedLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(async.Runner)
		p := r.Start(context.Background())
		var users sync.WaitGroup
		for i := range 3 {
			users.Go(func() {
				time.Sleep(time.Duration(i) * time.Second)
				v, err := async.Submit(p, testkit.After(time.Minute, i)).Wait(context.Background())
				if v != i || err != nil {
					t.Error(v, err)
				}
			})
		}
		users.Wait()
		require.NoError(t, r.Close())
	})
}

func TestSynctestDeadlineOfRunsContextComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		begun := time.Now()
		err := async.Run(limited, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
		require.True(t, async.IsCanceled(err))
		var c *async.CanceledError
		require.ErrorAs(t, err, &c)
		require.Equal(t, context.DeadlineExceeded, c.Cause)
		require.Equal(t, time.Minute, time.Since(begun))
	})
}

func TestSynctestGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.True(t, runExits(func(ctx context.Context) error {
			async.Go(ctx, testkit.Forever)
			return async.Go(ctx, exit).Wait(ctx)
		}))
	})
}

func TestSynctestEachBubbleHasItsOwnRunner(t *testing.T) {
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			r := &async.Runner{Clock: asynctest.NewClock()}
			for range 2 {
				require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
					async.Go(ctx, testkit.Forever)
					return async.Sleep(ctx, time.Second)
				}))
			}
			require.NoError(t, r.Close())
		})
	}
}

func TestSynctestRunnerGoesIntoABubbleAndOutAgain(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	run := func() {
		require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
			_, err := async.Gather(ctx, testkit.After(time.Second, 1), testkit.After(time.Second, 2))
			return err
		}))
	}
	run()
	synctest.Test(t, func(*testing.T) { run() })
	run()
	onGoroutine(func() { // and onto a thread of its own
		runtime.LockOSThread()
		run()
	})
	require.NoError(t, r.Close())
}

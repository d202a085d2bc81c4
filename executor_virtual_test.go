package async_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestToThreadInVirtualTimeComesBackInTheOrderOfTheCalls(t *testing.T) {
	const n = 20
	for range 20 {
		var order []int
		done := make([]chan struct{}, n+1)
		for i := range done {
			done[i] = make(chan struct{})
		}
		close(done[n])
		asynctest.Run(t, func(ctx context.Context) {
			var tasks []*async.Task[async.Void]
			for i := range n {
				tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
					err := async.ToThread(ctx, func(context.Context) error {
						<-done[i+1] // the last function is done first
						close(done[i])
						return nil
					})
					order = append(order, i)
					_ = async.Yield(ctx)
					order = append(order, n+i)
					return err
				}))
			}
			_, err := async.Gather(ctx, tasks...)
			require.NoError(t, err)
		})
		var want []int
		for i := range n { // each comes back when nothing else can run
			want = append(want, i, n+i)
		}
		require.Equal(t, want, order)
	}
}

func TestToThreadInVirtualTimeStopsTheClockWhileAFunctionRuns(t *testing.T) {
	clock := asynctest.NewClock()
	r := async.Runner{Clock: clock}
	release := make(chan struct{})
	var slept time.Duration
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		sleeper := async.Go(ctx, func(ctx context.Context) error {
			err := async.Sleep(ctx, time.Hour)
			slept = clock.Now()
			return err
		})
		err := async.ToThread(ctx, func(context.Context) error {
			go func() {
				runtime.Gosched()
				close(release)
			}()
			<-release
			return nil
		})
		require.Zero(t, clock.Now())
		require.NoError(t, err)
		return sleeper.Wait(ctx)
	}))
	require.Equal(t, time.Hour, slept)
	require.NoError(t, r.Close())
}

func TestToThreadWithADeclaredDurationComesBackThen(t *testing.T) {
	clock := asynctest.NewClock()
	r := async.Runner{Clock: clock}
	var order []string
	note := func(what string) { order = append(order, fmt.Sprint(what, " at ", clock.Now())) }
	taking := func(name string, d time.Duration) async.Func {
		return func(ctx context.Context) error {
			err := async.ToThread(ctx, func(ctx context.Context) error { return asynctest.Spend(ctx, d) })
			note(name)
			return err
		}
	}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		nap := async.Func(func(ctx context.Context) error {
			err := async.Sleep(ctx, 2*time.Second)
			note("nap")
			return err
		})
		_, err := async.Gather(ctx, taking("long", 3*time.Second), nap, taking("short", time.Second), taking("none", 0))
		return err
	}))
	require.Equal(t, []string{"none at 0s", "short at 1s", "nap at 2s", "long at 3s"}, order)
	require.NoError(t, r.Close())
}

func TestToThreadThatIsCanceledSpendsNoMoreTime(t *testing.T) {
	clock := asynctest.NewClock()
	r := async.Runner{Clock: clock}
	var spent error
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		err := async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			return async.ToThread(ctx, func(ctx context.Context) error {
				spent = asynctest.Spend(ctx, time.Hour)
				return spent
			})
		})
		require.ErrorIs(t, err, async.ErrTimeout)
		return nil
	}))
	require.NoError(t, r.Close())
	require.ErrorIs(t, spent, context.DeadlineExceeded)
	require.Equal(t, time.Second, clock.Now())
}

func TestToThreadSpendOutsideOfAFunctionPanics(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		require.PanicsWithValue(t, "async: the context is of no function off the loop: in a task, use Sleep", func() { _ = asynctest.Spend(ctx, 1) })
	})
}

package behavior_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

func TestContextStandardDeadlineInterruptsAwaits(t *testing.T) {
	for name, derive := range map[string]func(ctx context.Context) (context.Context, context.CancelFunc){
		"WithTimeout": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		},
		"WithTimeout, wrapped": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithTimeout(embedded{ctx}, time.Second)
			return context.WithValue(ctx, testkit.Key("k"), 1), cancel
		},
		"WithTimeout of WithoutCancel": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		},
		"in a scope of ours": func(ctx context.Context) (context.Context, context.CancelFunc) {
			scope, _ := async.WithCancel(ctx)
			return context.WithTimeout(scope, time.Second)
		},
		"around a scope of ours": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			scope, _ := async.WithCancel(ctx)
			return scope, cancel
		},
		"around a scope of ours and one of theirs": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			scope, _ := async.WithCancel(ctx)
			return testkit.Child(scope), cancel
		},
		"around Uncancel": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			async.CurrentTask(ctx).Cancel()
			cancel()
			ctx, cancel = context.WithTimeout(async.Uncancel(ctx), time.Second)
			return async.Uncancel(ctx), cancel
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
					derived, cancel := derive(ctx)
					defer cancel()
					at, ok := derived.Deadline()
					require.True(t, ok)
					require.Equal(t, time.Now().Add(time.Second), at)
					err := testkit.Forever(derived)
					require.Equal(t, time.Second, testkit.Now(ctx))
					require.ErrorIs(t, err, async.ErrTimeout)
					require.ErrorIs(t, err, context.DeadlineExceeded)
					require.False(t, async.IsCanceled(err))
					require.ErrorIs(t, derived.Err(), context.DeadlineExceeded)
					require.ErrorIs(t, context.Cause(derived), context.DeadlineExceeded)
					<-derived.Done()
					return async.Yield(async.Uncancel(ctx))
				}))
			})
		})
	}
}

func TestContextStandardDeadlineKeepsItsCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
			derived, cancel := context.WithTimeoutCause(ctx, time.Second, testkit.ErrBoom)
			defer cancel()
			scope, _ := async.WithCancel(derived)
			inner, stop := context.WithCancel(scope)
			defer stop()
			err := testkit.Forever(inner)
			require.ErrorIs(t, err, async.ErrTimeout)
			require.ErrorIs(t, err, testkit.ErrBoom)
			for _, c := range []context.Context{derived, scope, inner} {
				require.ErrorIs(t, c.Err(), context.DeadlineExceeded)
				require.ErrorIs(t, context.Cause(c), testkit.ErrBoom)
			}
			return nil
		}))
	})
}

func TestContextStandardDeadlinePanicsInVirtualTime(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		derived, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		const mend = "async: a context of the standard library with a deadline runs by the wall clock, but this loop's time is virtual: use async.WithTimeout or async.WithDeadline"
		require.Equal(t, "Task-1", async.CurrentTask(derived).Name(), "what does not wait does not mind")
		require.PanicsWithValue(t, mend, func() { _ = async.Yield(derived) })
		require.PanicsWithValue(t, mend, func() { _ = testkit.Forever(embedded{derived}) })
		require.NoError(t, async.Timeout(ctx, time.Hour, func(ctx context.Context) error {
			derived, cancel := context.WithCancel(ctx)
			defer cancel()
			return async.Sleep(derived, time.Second) // the deadline it shows is ours
		}))
	})
}

func TestContextDeadlineShowsInEveryContextInside(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		_, ok := ctx.Deadline()
		require.False(t, ok)
		start := async.RunningLoop(ctx).Now()
		require.NoError(t, async.Timeout(ctx, time.Minute, func(ctx context.Context) error {
			hour, cancel := async.WithTimeout(ctx, time.Hour)
			defer cancel()
			second, cancel := async.WithTimeout(hour, time.Second)
			defer cancel()
			derived, cancel := context.WithCancel(second)
			defer cancel()
			for _, c := range []struct {
				ctx  context.Context
				want time.Duration
			}{
				{ctx, time.Minute}, {hour, time.Minute}, {second, time.Second}, {derived, time.Second},
				{embedded{derived}, time.Second}, {async.Uncancel(derived), time.Second}, {async.Uncancel(hour), time.Minute},
			} {
				at, ok := c.ctx.Deadline()
				require.True(t, ok)
				require.Equal(t, start.Add(c.want), at)
			}
			require.ErrorIs(t, testkit.Forever(derived), async.ErrTimeout)
			at, ok := async.Uncancel(derived).Deadline()
			require.True(t, ok, "that of the second was acknowledged")
			require.Equal(t, start.Add(time.Minute), at)
			return nil
		}))
	})
}

func TestWithTimeoutIsADeadlineOnTheLoopsClock(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		limited, cancel := async.WithTimeout(ctx, time.Second)
		defer cancel()
		inner := async.Go(ctx, testkit.Forever)
		err := inner.Wait(limited)
		require.Equal(t, time.Second, testkit.Now(ctx))
		require.Equal(t, async.ErrTimeout, err)
		require.True(t, inner.Canceled(), "the request was passed on")
		require.ErrorIs(t, limited.Err(), context.DeadlineExceeded)
		require.ErrorIs(t, context.Cause(limited), context.DeadlineExceeded)
		require.Equal(t, async.ErrTimeout, async.Yield(limited))
		require.NoError(t, async.Yield(ctx))
	})
}

func TestContextStandardDeadlineFiresInWhatWasMadeInALeftBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
			var left context.Context
			require.NoError(t, async.Timeout(ctx, time.Second, func(ctx context.Context) error {
				left, _ = async.WithCancel(ctx)
				return nil
			}))
			limited, cancel := context.WithTimeout(left, time.Hour)
			defer cancel()
			<-limited.Done() // as it is in a body that was left
			require.ErrorIs(t, limited.Err(), context.Canceled)
			return nil
		}))
	})
}

func TestWithDeadlineLongAgoIsOver(t *testing.T) {
	for _, at := range []time.Time{{}, time.Unix(-1<<40, 0), time.Date(1700, 1, 1, 0, 0, 0, 0, time.UTC)} {
		testkit.Virtually(t, func(ctx context.Context) {
			limited, cancel := async.WithDeadline(ctx, at)
			defer cancel()
			require.Equal(t, async.ErrTimeout, testkit.Forever(limited))
			require.Zero(t, testkit.Now(ctx))
		})
	}
}

package async_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// underWay counts the calls of a Map.
type underWay struct{ now, most, begun int }

// counted is fn, counted.
func (u *underWay) counted(fn func(ctx context.Context, n int) (int, error)) func(ctx context.Context, n int) (int, error) {
	return func(ctx context.Context, n int) (int, error) {
		u.now++
		u.begun++
		u.most = max(u.most, u.now)
		defer func() { u.now-- }()
		return fn(ctx, n)
	}
}

func TestMapReturnsTheValuesInTheOrderOfTheArguments(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var u underWay
		values, err := async.Map(ctx, 3, upTo(10), u.counted(func(ctx context.Context, n int) (int, error) {
			return async.SleepValue(ctx, time.Duration(10-n)*ms, n*n)
		}))
		require.NoError(t, err)
		require.Equal(t, []int{0, 1, 4, 9, 16, 25, 36, 49, 64, 81}, values)
		require.Equal(t, 3, u.most)
		require.Len(t, async.AllTasks(ctx), 1)
	})
}

func TestMapWithoutALimitRunsAllAtOnce(t *testing.T) {
	for _, limit := range []int{0, -1, 100} {
		virtually(t, func(ctx context.Context) {
			var u underWay
			_, err := async.Map(ctx, limit, upTo(10), u.counted(func(ctx context.Context, n int) (int, error) { return async.SleepValue(ctx, ms, n) }))
			require.NoError(t, err)
			require.Equal(t, 10, u.most)
			require.Equal(t, ms, now(ctx))
		})
	}
}

func TestMapOfNothingReturnsAtOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		require.Zero(t, count.During(func() {
			values, err := async.Map(ctx, 3, nil, func(context.Context, string) (int, error) { return 0, errBoom })
			require.NoError(t, err)
			require.Equal(t, []int{}, values)
		}))
		count.Stop()
	})
}

func TestMapFirstErrorCancelsTheRestAndBeginsNoMore(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var u underWay
		var canceled []int
		values, err := async.Map(ctx, 3, upTo(10), u.counted(func(ctx context.Context, n int) (int, error) {
			switch {
			case n == 1:
				return 0, errBoom
			case n == 3: // begins in the turn of 1's end
				return 0, async.Sleep(ctx, ms)
			}
			err := async.Sleep(ctx, time.Hour)
			require.Equal(t, errBoom, context.Cause(ctx))
			canceled = append(canceled, n)
			return 0, err
		}))
		require.Equal(t, errBoom, err)
		require.Nil(t, values)
		require.Equal(t, []int{0}, canceled)
		require.Equal(t, 2, u.begun) // 2 had not begun yet
		require.Zero(t, u.now)
		require.Zero(t, now(ctx))
	})
}

func TestMapReturnsACancellationThatACallAwaited(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		gone := async.Go(ctx, forever)
		gone.CancelCause(errBoom)
		_, err := async.Map(ctx, 1, upTo(3), func(ctx context.Context, n int) (int, error) { return n, gone.Wait(ctx) })
		require.True(t, async.IsCanceled(err))
		require.ErrorIs(t, err, errBoom)
	})
}

func TestMapFailureOutweighsACancellationThatACallAwaited(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		gone := async.Go(ctx, forever)
		gone.Cancel()
		_, err := async.Map(ctx, 2, upTo(3), func(ctx context.Context, n int) (int, error) {
			if n == 0 {
				_ = forever(ctx)
				return 0, errCrash
			}
			return 0, gone.Wait(ctx)
		})
		require.Equal(t, errCrash, err)
	})
}

func TestMapThatIsCanceledCancelsItsCallsAndReturnsWhenTheyHaveEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var u underWay
		mapping := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Map(ctx, 2, upTo(5), u.counted(func(ctx context.Context, n int) (int, error) {
				err := forever(ctx)
				require.NoError(t, async.Sleep(async.Uncancel(ctx), ms))
				return 0, err
			}))
			require.Zero(t, u.now)
			return err
		})
		async.RunningLoop(ctx).CallLater(ms, func() { mapping.CancelCause(errBoom) })
		require.ErrorIs(t, mapping.Wait(ctx), errBoom)
		require.True(t, mapping.Canceled())
		require.Equal(t, 2, u.begun)
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestMapThatIsCanceledReturnsAFailureAndTheNextAwaitFails(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		mapping := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Map(ctx, 2, upTo(5), func(ctx context.Context, n int) (int, error) {
				_ = forever(ctx)
				return 0, errCrash
			})
			require.Equal(t, errCrash, err)
			return nil // the cancellation is on its way again
		})
		async.RunningLoop(ctx).CallLater(ms, func() { mapping.CancelCause(errBoom) })
		require.ErrorIs(t, mapping.Wait(ctx), errBoom)
		require.True(t, mapping.Canceled())
	})
}

func TestMapThatFailsEagerlyBeginsNoMore(t *testing.T) {
	require.Empty(t, virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
		var u underWay
		_, err := async.Map(ctx, 0, upTo(5), u.counted(func(ctx context.Context, n int) (int, error) { return 0, errBoom }))
		require.Equal(t, errBoom, err)
		require.Equal(t, 1, u.begun)
		values, err := async.Map(ctx, 2, upTo(5), func(ctx context.Context, n int) (int, error) { return n, nil })
		require.NoError(t, err)
		require.Equal(t, upTo(5), values)
	}))
}

func TestMapPanicInACallGoesOnWithItsStackAndBeginsNoMore(t *testing.T) {
	told := virtuallyWith(t, async.Runner{}, func(ctx context.Context) {
		var u underWay
		v := panicOf(func() {
			_, _ = async.Map(ctx, 2, upTo(9), u.counted(func(ctx context.Context, n int) (int, error) {
				if n == 0 {
					return 0, blowUp(ctx)
				}
				return 0, async.Sleep(ctx, ms)
			}))
		})
		require.IsType(t, &async.PanicError{}, v)
		require.Contains(t, string(v.(*async.PanicError).Stack), "async_test.blowUp")
		require.Equal(t, 2, u.begun)
	})
	require.Equal(t, []string{"panic in a task"}, told)
}

func TestMapGoexitInACallEndsTheRun(t *testing.T) {
	var u underWay
	require.True(t, endsByGoexit(func() {
		r := async.Runner{Clock: asynctest.NewClock()}
		_ = r.Run(t.Context(), func(ctx context.Context) error {
			_, err := async.Map(ctx, 2, upTo(9), u.counted(func(context.Context, int) (int, error) {
				runtime.Goexit()
				return 0, nil
			}))
			return err
		})
	}))
	require.Equal(t, 1, u.begun)
	require.Zero(t, u.now)
}

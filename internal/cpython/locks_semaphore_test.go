package cpython

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestSemaphore_initial_value_zero(t *testing.T) {
	require.True(t, primitives.NewSemaphore(0).Locked())
}

func TestSemaphore_repr(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(1)
		require.True(t, strings.HasSuffix(s.String(), "[unlocked, value:1]>"), s.String())
		require.NoError(t, s.Acquire(ctx))
		require.True(t, strings.HasSuffix(s.String(), "[locked]>"), s.String())
		require.NotContains(t, s.String(), "waiters")
		for _, want := range []string{"waiters:1", "waiters:2"} {
			async.Go(ctx, s.Acquire)
			yields(t, ctx, 1)
			require.Contains(t, s.String(), want)
		}
	})
}

func TestSemaphore_semaphore(t *testing.T) {
	s := primitives.NewSemaphore(1)
	require.Contains(t, s.String(), "value:1")
	require.False(t, s.Locked())
}

func TestSemaphore_semaphore_value(t *testing.T) {
	require.Panics(t, func() { primitives.NewSemaphore(-1) })
}

func TestSemaphore_acquire(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(3)
		var got record
		require.NoError(t, s.Acquire(ctx))
		require.NoError(t, s.Acquire(ctx))
		require.False(t, s.Locked())
		t1, t2, t3 := async.Go(ctx, acquiring(&got, "1", s)), async.Go(ctx, acquiring(&got, "2", s)), async.Go(ctx, acquiring(&got, "3", s))
		yields(t, ctx, 1)
		require.Equal(t, record{"1"}, got)
		require.True(t, s.Locked())
		require.Equal(t, 2, s.Waiting())

		t4 := async.Go(ctx, acquiring(&got, "4", s))
		s.Release()
		s.Release()
		require.True(t, s.Locked()) // they are handed over
		yields(t, ctx, 1)
		require.Equal(t, record{"1", "2", "3"}, got)
		require.True(t, s.Locked())
		require.Equal(t, 1, s.Waiting())
		requireSuccess(t, t1, t2, t3)
		s.Release()
		require.NoError(t, t4.Wait(ctx))
	})
}

func TestSemaphore_acquire_cancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(1)
		require.NoError(t, s.Acquire(ctx))
		requireCanceled(t, cancelSoon(ctx, async.Go(ctx, s.Acquire)))
		require.Zero(t, s.Waiting())
	})
}

func TestSemaphore_acquire_cancel_before_awoken(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(0)
		t1, t2, t3, t4 := async.Go(ctx, s.Acquire), async.Go(ctx, s.Acquire), async.Go(ctx, s.Acquire), async.Go(ctx, s.Acquire)
		yields(t, ctx, 1)
		t1.Cancel()
		t2.Cancel()
		s.Release()
		yields(t, ctx, 2)
		require.True(t, t3.Done())
		require.False(t, t4.Done())
		t4.Cancel()
		yields(t, ctx, 1)
		require.True(t, t4.Canceled())
	})
}

func TestSemaphore_acquire_hang(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(0)
		t1, t2 := async.Go(ctx, s.Acquire), async.Go(ctx, s.Acquire)
		yields(t, ctx, 1)
		t1.Cancel()
		s.Release()
		yields(t, ctx, 2)
		require.True(t, s.Locked())
		requireSuccess(t, t2)
	})
}

func TestSemaphore_acquire_no_hang(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(1)
		var t2 *async.Task[async.Void]
		t1 := async.Go(ctx, func(ctx context.Context) error {
			err := s.With(ctx, async.Yield)
			t2.Cancel()
			return err
		})
		t2 = async.Go(ctx, func(ctx context.Context) error {
			return s.With(ctx, func(context.Context) error {
				require.Fail(t, "a canceled task was let through")
				return nil
			})
		})
		results, err := async.GatherSettled(ctx, t1, t2)
		require.NoError(t, err)
		require.NoError(t, results[0].Err)
		requireCanceled(t, results[1].Err)
		within(t, ctx, time.Second, s.Acquire)
	})
}

func TestSemaphore_release_not_acquired(t *testing.T) {
	asynctest.Run(t, func(context.Context) { require.Panics(t, primitives.NewBoundedSemaphore(1).Release) })
}

func TestSemaphore_release_no_waiters(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(1)
		require.NoError(t, s.Acquire(ctx))
		require.True(t, s.Locked())
		s.Release()
		require.False(t, s.Locked())
	})
}

func TestSemaphore_acquire_fifo_order(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(1)
		var got record
		require.NoError(t, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			for _, name := range []string{"c1", "c2", "c3"} {
				tg.Go(func(ctx context.Context) error {
					for round := range 2 {
						require.NoError(t, s.Acquire(ctx))
						got.add("%s_%d", name, round+1)
						require.NoError(t, async.Sleep(ctx, 10*ms))
						s.Release()
					}
					return nil
				})
			}
			return nil
		}))
		require.Equal(t, record{"c1_1", "c2_1", "c3_1", "c1_2", "c2_2", "c3_2"}, got)
	})
}

func TestSemaphore_acquire_fifo_order_2(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(1)
		var got record
		t1 := async.Go(ctx, acquiring(&got, "1", s))
		t2 := async.Go(ctx, func(ctx context.Context) error {
			require.NoError(t, acquiring(&got, "2", s)(ctx))
			s.Release()
			return acquiring(&got, "4", s)(ctx)
		})
		t3 := async.Go(ctx, acquiring(&got, "3", s))
		yields(t, ctx, 1)
		s.Release()
		s.Release()
		_, err := async.Gather(ctx, t1, t2, t3)
		require.NoError(t, err)
		require.Equal(t, record{"1", "2", "3", "4"}, got)
	})
}

func TestSemaphore_acquire_fifo_order_3(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(0)
		var got record
		t1, t2, t3 := async.Go(ctx, acquiring(&got, "1", s)), async.Go(ctx, acquiring(&got, "2", s)), async.Go(ctx, acquiring(&got, "3", s))
		yields(t, ctx, 1)
		t1.Cancel()
		yields(t, ctx, 1)
		s.Release()
		s.Release()
		_, err := async.GatherSettled(ctx, t1, t2, t3)
		require.NoError(t, err)
		require.Equal(t, record{"2", "3"}, got)
	})
}

func TestSemaphore_acquire_fifo_order_4(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		s := primitives.NewSemaphore(0)
		var got record
		var t4 *async.Task[async.Void]
		t1 := async.Go(ctx, func(ctx context.Context) error {
			require.NoError(t, s.Acquire(ctx))
			t4 = async.Go(ctx, noteAfter(&got, "4", fail(nil)))
			got.add("1")
			return nil
		})
		t2 := async.Go(ctx, func(ctx context.Context) error {
			for range 3 { // for t1, itself and t3
				s.Release()
			}
			require.True(t, s.Locked()) // t1 has not had its turn
			return acquiring(&got, "2", s)(ctx)
		})
		t3 := async.Go(ctx, func(ctx context.Context) error {
			require.NoError(t, s.Acquire(ctx))
			require.True(t, s.Locked())
			got.add("3")
			return nil
		})
		yields(t, ctx, 1)
		require.Empty(t, got)
		require.True(t, s.Locked())
		yields(t, ctx, 1)
		_, err := async.Gather(ctx, t1, t2, t3, t4)
		require.NoError(t, err)
		require.Equal(t, record{"1", "2", "3", "4"}, got)
	})
}

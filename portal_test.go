package async_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// started runs f beside a loop of Runner.Start.
func started(t *testing.T, f func(p *async.Portal)) {
	t.Helper()
	r := new(async.Runner)
	p := r.Start(context.Background())
	f(p)
	require.NoError(t, r.Close())
}

func TestPortalKeepsTheOrderInWhichThingsCame(t *testing.T) {
	var r record
	started(t, func(p *async.Portal) {
		for i := range 5 {
			require.NoError(t, soon(p, func() { r.Add("%d", i) }))
		}
		_, err := async.Submit(p, func(context.Context) (int, error) { r.Add("task"); return 0, nil }).Wait(context.Background())
		require.NoError(t, err)
	})
	require.Equal(t, record{"0", "1", "2", "3", "4", "task"}, r)
}

func TestPortalTakesFromManyGoroutines(t *testing.T) {
	sum := 0 // of the loop's, without a mutex
	started(t, func(p *async.Portal) {
		var users sync.WaitGroup
		for range 10 {
			users.Go(func() {
				for i := range 100 {
					if _, err := p.CallSoonThreadsafe(func() { sum++ }); err != nil {
						t.Error(err)
					}
					v, err := async.Submit(p, func(ctx context.Context) (int, error) {
						_ = async.Yield(ctx)
						sum++
						return i, nil
					}).Wait(context.Background())
					if v != i || err != nil {
						t.Error(v, err)
					}
				}
			})
		}
		users.Wait()
	})
	require.Equal(t, 2000, sum)
}

func TestPendingGivesTheTasksError(t *testing.T) {
	started(t, func(p *async.Portal) {
		s := async.Submit(p, func(context.Context) (int, error) { return 1, errBoom })
		for range 2 {
			v, err := s.Wait(context.Background())
			require.Zero(t, v)
			require.Same(t, errBoom, err)
		}
	})
}

func TestPendingPanicsWithTheTasksPanic(t *testing.T) {
	r := &async.Runner{OnError: func(*async.ErrorEvent) {}}
	p := r.Start(context.Background())
	s := async.Submit(p, func(ctx context.Context) (int, error) { return 0, bang(ctx) })
	require.Equal(t, "exploded", panicked(t, func() { _, _ = s.Wait(context.Background()) }).Value)
	require.NoError(t, r.Close())
}

func TestPendingIsCanceledFromOutside(t *testing.T) {
	started(t, func(p *async.Portal) {
		began := make(chan struct{})
		s := async.Submit(p, func(ctx context.Context) (int, error) {
			close(began)
			return 0, forever(ctx)
		})
		<-began
		require.True(t, s.Cancel())
		<-s.Done()
		_, err := s.Wait(context.Background())
		require.True(t, async.IsCanceled(err))
	})
}

func TestPendingWaitEndsWithItsContextAndLeavesTheTaskAlone(t *testing.T) {
	started(t, func(p *async.Portal) {
		release := make(chan *async.Future[int], 1)
		s := async.Submit(p, func(ctx context.Context) (int, error) {
			f := async.NewFuture[int](ctx)
			release <- f
			return f.Await(ctx)
		})
		impatient, cancel := context.WithCancelCause(context.Background())
		cancel(errBoom)
		_, err := s.Wait(impatient)
		require.Same(t, errBoom, err)
		f := <-release
		require.NoError(t, soon(p, func() { _ = f.SetResult(5) }))
		v, err := s.Wait(context.Background())
		require.NoError(t, err)
		require.Equal(t, 5, v)
	})
}

func TestPendingWaitInATaskOfTheSameLoopPanics(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		p := async.RunningLoop(ctx).Portal()
		s := async.Submit(p, func(context.Context) (int, error) { return 1, nil })
		require.PanicsWithValue(t, "async: Pending.Wait in a task of the same loop would block it for ever: use Go, and Await the task", func() {
			_, _ = s.Wait(ctx)
		})
		require.NoError(t, p.Close())
		_ = async.Sleep(ctx, time.Second)
		<-s.Done()
	})
}

func TestPortalThatIsClosedTakesNoMore(t *testing.T) {
	var refused *async.Pending[int]
	virtually(t, func(ctx context.Context) {
		p := async.RunningLoop(ctx).Portal()
		require.NoError(t, p.Close())
		require.ErrorIs(t, p.Close(), async.ErrClosed)
		require.ErrorIs(t, soon(p, func() { t.Error("called") }), async.ErrClosed)
		refused = async.Submit(p, neverValue(t))
	})
	_, err := refused.Wait(context.Background())
	require.ErrorIs(t, err, async.ErrClosed)
}

func TestPortalWhatTheLoopsEndLeavesUnbegunIsClosed(t *testing.T) {
	var s *async.Pending[int]
	r := &async.Runner{Clock: asynctest.NewClock()}
	var p *async.Portal
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		p = async.RunningLoop(ctx).Portal()
		return nil
	}))
	s = async.Submit(p, neverValue(t))
	require.NoError(t, r.Close())
	_, err := s.Wait(context.Background())
	require.ErrorIs(t, err, async.ErrClosed)
	require.False(t, s.Cancel())
}

func TestPortalCloseUnderLoadLosesNobody(t *testing.T) {
	r := new(async.Runner)
	p := r.Start(context.Background())
	var users sync.WaitGroup
	var values, closed, canceled atomic.Int64
	for range 8 {
		users.Go(func() {
			for {
				_, err := async.Submit(p, func(ctx context.Context) (int, error) { return 1, async.Yield(ctx) }).Wait(context.Background())
				switch {
				case err == nil:
					values.Add(1)
				case async.IsCanceled(err):
					canceled.Add(1)
				default:
					require.ErrorIs(t, err, async.ErrClosed)
					closed.Add(1)
					return
				}
			}
		})
	}
	for values.Load() < 100 {
		_, _ = async.Submit(p, func(context.Context) (int, error) { return 0, nil }).Wait(context.Background())
	}
	require.NoError(t, r.Close())
	users.Wait()
	require.Equal(t, int64(8), closed.Load())
}

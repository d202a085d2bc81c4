package async_test

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/sched"
)

// fakePoller is a poller whose events are functions that a test sends.
type fakePoller struct {
	events      chan func()
	interrupted chan struct{}
	polls       int // without waiting
	waits       []time.Duration
	shared      int
	closed      bool
}

func newFakePoller() *fakePoller {
	return &fakePoller{events: make(chan func(), 100), interrupted: make(chan struct{}, 1)}
}

func (p *fakePoller) Poll(wait time.Duration, share bool) {
	if wait == 0 {
		p.polls++
		p.drain()
		return
	}
	p.waits = append(p.waits, wait)
	if share {
		p.shared++
	}
	var out <-chan time.Time
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		out = t.C
	}
	select {
	case event := <-p.events:
		event()
		p.drain()
	case <-p.interrupted:
	case <-out:
	}
}

func (p *fakePoller) drain() {
	for {
		select {
		case event := <-p.events:
			event()
		default:
			return
		}
	}
}

func (p *fakePoller) Interrupt() {
	select {
	case p.interrupted <- struct{}{}:
	default:
	}
}

func (p *fakePoller) Close() { p.closed = true }

const aByte = sched.Text("a byte")

// polling runs main in a bubble on a loop with a fake poller.
func polling(t *testing.T, main func(ctx context.Context, l *async.Loop, p *fakePoller)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := newFakePoller()
		require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
			l := async.RunningLoop(ctx)
			got, err := l.Poller(func() (async.Poller, error) { return p, nil })
			require.NoError(t, err)
			require.Same(t, p, got)
			main(ctx, l, p)
			return nil
		}))
		require.True(t, p.closed)
	})
}

func TestPollerHoldsAnIdleLoopWhileATaskWaitsForTheOutside(t *testing.T) {
	polling(t, func(ctx context.Context, l *async.Loop, p *fakePoller) {
		n := l.NewNotifier(aByte, true)
		go func() {
			time.Sleep(time.Second)
			p.events <- n.Enqueue
		}()
		require.NoError(t, n.Wait(ctx))
		require.Equal(t, time.Second, l.Time())
		require.Equal(t, []time.Duration{-1}, p.waits)
		require.Zero(t, p.shared)

		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Len(t, p.waits, 1, "nobody waits for the outside")
	})
}

func TestPollerWaitEndsWithTheNextTimer(t *testing.T) {
	polling(t, func(ctx context.Context, l *async.Loop, p *fakePoller) {
		n := l.NewNotifier(aByte, true)
		err := async.Timeout(ctx, time.Minute, n.Wait)
		require.ErrorIs(t, err, async.ErrTimeout)
		require.Equal(t, []time.Duration{time.Minute}, p.waits)
	})
}

func TestPollerIsInterruptedByWhatComesFromAGoroutine(t *testing.T) {
	polling(t, func(ctx context.Context, l *async.Loop, p *fakePoller) {
		n := l.NewNotifier(aByte, true)
		waiter := async.Go(ctx, n.Wait)
		require.NoError(t, async.Yield(ctx))
		require.NoError(t, async.ToThread(ctx, func(context.Context) error { time.Sleep(time.Second); return nil }))
		require.Equal(t, time.Second, l.Time())
		require.Equal(t, 1, p.shared, "a function is out: the processor is needed")

		portal := l.Portal()
		go func() {
			time.Sleep(time.Second)
			_, _ = portal.CallSoonThreadsafe(n.Enqueue)
			_ = portal.Close()
		}()
		require.NoError(t, waiter.Wait(ctx))
		require.Equal(t, 2*time.Second, l.Time())
	})
}

func TestPollerSharesTheProcessorOnceAFunctionWasOut(t *testing.T) {
	polling(t, func(ctx context.Context, l *async.Loop, p *fakePoller) {
		n := l.NewNotifier(aByte, true)
		waiter := async.Go(ctx, n.Wait)
		require.NoError(t, async.ToThread(ctx, func(context.Context) error { time.Sleep(time.Second); return nil }))
		before := p.shared
		go func() {
			time.Sleep(time.Second)
			p.events <- n.Enqueue
		}()
		require.NoError(t, waiter.Wait(ctx))
		require.Equal(t, before+1, p.shared)
	})
}

func TestPollerIsAskedNowAndThenByALoopThatNeverIdles(t *testing.T) {
	polling(t, func(ctx context.Context, l *async.Loop, p *fakePoller) {
		n := l.NewNotifier(aByte, true)
		waiter := async.Go(ctx, n.Wait)
		require.NoError(t, async.Yield(ctx))
		p.polls = 0
		turns := func(count, weight int) int {
			before := p.polls
			for range count {
				l.Weigh(weight)
				require.NoError(t, async.Yield(ctx))
			}
			return p.polls - before
		}
		require.InDelta(t, 640*2/64, turns(640, 0), 2, "an iteration, and the step in it")
		require.InDelta(t, 640*18/64, turns(640, 16), 20)
		p.events <- n.Enqueue
		turns(64, 0)
		require.True(t, waiter.Done(), "while the loop was busy")
		require.Empty(t, p.waits)
	})
}

func TestNotifierNotificationHasATurnAndTheTaskTheNext(t *testing.T) {
	polling(t, func(ctx context.Context, l *async.Loop, _ *fakePoller) {
		var r record
		n := l.NewNotifier(aByte, true)
		waiter := async.Go(ctx, func(ctx context.Context) error {
			err := n.Wait(ctx)
			r.Add("woken")
			return err
		})
		require.NoError(t, async.Yield(ctx))
		n.Enqueue()
		l.CallSoon(func() {
			r.Add("turn 1")
			l.CallSoon(func() { r.Add("turn 2") })
		})
		require.NoError(t, waiter.Wait(ctx))
		require.Equal(t, record{"turn 1", "woken", "turn 2"}, r)
	})
}

func TestNotifierKeepsANotificationThatNobodyWaitsFor(t *testing.T) {
	for _, notify := range []func(*async.Notifier){
		func(n *async.Notifier) { n.Notify(); n.Notify() },
		func(n *async.Notifier) { n.Enqueue(); n.Enqueue() },
	} {
		polling(t, func(ctx context.Context, l *async.Loop, p *fakePoller) {
			n := l.NewNotifier(aByte, true)
			notify(n)
			require.NoError(t, async.Yield(ctx))
			require.NoError(t, n.Wait(ctx))
			err := async.Timeout(ctx, time.Second, n.Wait)
			require.ErrorIs(t, err, async.ErrTimeout, "two are one")
		})
	}
}

func TestNotifierKeepsANotificationThatMeetsACancellation(t *testing.T) {
	polling(t, func(ctx context.Context, l *async.Loop, p *fakePoller) {
		n := l.NewNotifier(aByte, true)
		waiter := async.Go(ctx, n.Wait)
		require.NoError(t, async.Yield(ctx))
		n.Enqueue()
		l.CallSoon(func() { waiter.Cancel() })
		require.True(t, async.IsCanceled(waiter.Wait(ctx)))
		require.NoError(t, n.Wait(ctx))
		require.Empty(t, p.waits)
	})
}

func TestNotifierSecondWaiterPanics(t *testing.T) {
	polling(t, func(ctx context.Context, l *async.Loop, _ *fakePoller) {
		n := l.NewNotifier(aByte, true)
		waiter := async.Go(ctx, n.Wait)
		require.NoError(t, async.Yield(ctx))
		require.PanicsWithValue(t, "async: Task-2 waits for a byte already, for which one task at a time can wait: let one task do so, and hand on to the others",
			func() { _ = n.Wait(ctx) })
		waiter.Cancel()
	})
}

func TestNotifierMayBeNotifiedByAGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
			n := async.RunningLoop(ctx).NewNotifier(aByte, true)
			var mu sync.Mutex
			sent, got := 0, 0
			go func() {
				for range 100 {
					mu.Lock()
					sent++
					mu.Unlock()
					n.Notify()
				}
			}()
			for got < 100 {
				if err := n.Wait(ctx); err != nil {
					return err
				}
				mu.Lock()
				got = sent
				mu.Unlock()
			}
			return nil
		}))
	})
}

func TestNotifierWaitThatOnlyTasksCanEndIsADeadlock(t *testing.T) {
	_, err := listening(func(ctx context.Context) error {
		return async.RunningLoop(ctx).NewNotifier(aByte, false).Wait(ctx)
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.ErrorContains(t, err, "waits for a byte")
}

func TestNotifierCallbackIsCalledOnceForManyNotifications(t *testing.T) {
	var r record
	told, err := listening(func(ctx context.Context) error {
		c := async.RunningLoop(ctx).NewCallback(func() { r.Add("called") })
		c.Enqueue()
		c.Notify()
		r.Add("before")
		if err := async.Yield(ctx); err != nil {
			return err
		}
		c.Notify()
		if err := async.Yield(ctx); err != nil {
			return err
		}
		bad := async.RunningLoop(ctx).NewCallback(func() { panic("ouch") })
		bad.Enqueue()
		return async.Yield(ctx)
	})
	require.NoError(t, err)
	require.Equal(t, record{"before", "called", "called"}, r)
	require.Len(t, told, 1)
	require.ErrorContains(t, told[0].Err, "ouch")
}

func TestPollerInVirtualTimePanics(t *testing.T) {
	_, err := listening(func(ctx context.Context) error {
		require.PanicsWithValue(t, "async: a Poller in a loop whose time is virtual, where nothing comes from outside: use the clock of the machine", func() {
			_, _ = async.RunningLoop(ctx).Poller(func() (async.Poller, error) { return newFakePoller(), nil })
		})
		return nil
	})
	require.NoError(t, err)
}

func TestPollerThatCannotBeMadeIsAnError(t *testing.T) {
	fail := errors.New("no")
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		_, err := async.RunningLoop(ctx).Poller(func() (async.Poller, error) { return nil, fail })
		require.ErrorIs(t, err, fail)
		return nil
	}))
}

func TestLoopReportReachesTheErrorHandler(t *testing.T) {
	fail := errors.New("no")
	told, err := listening(func(ctx context.Context) error {
		async.RunningLoop(ctx).Report(async.ErrorEvent{Message: "it went wrong", Err: fail})
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []error{fail}, told.Errors())
}

func TestPollerEventsHaveTheirTurnBehindAllThatIsReady(t *testing.T) {
	var r record
	_, err := listening(func(ctx context.Context) error {
		l := async.RunningLoop(ctx)
		c := l.NewCallback(func() { r.Add("arrived") })
		l.CallLater(0, func() { r.Add("timer") })
		c.Arrive()
		c.Arrive()
		n := l.NewNotifier(aByte, false)
		waiter := async.Go(ctx, func(ctx context.Context) error {
			err := n.Wait(ctx)
			r.Add("woken")
			return err
		})
		l.CallSoon(func() { r.Add("soon"); n.Arrive() })
		if err := waiter.Wait(ctx); err != nil {
			return err
		}
		n.Arrive()
		return n.Wait(ctx)
	})
	require.NoError(t, err)
	require.Equal(t, record{"soon", "arrived", "timer", "woken"}, r, "asyncio's order")
}

// closer notes that it was closed.
type closer struct {
	name   string
	closed *[]string
}

func (c closer) Close() error {
	*c.closed = append(*c.closed, c.name)
	return nil
}

func TestLoopLocalKeepsAValueUntilTheLoopEnds(t *testing.T) {
	var closed []string
	r := &async.Runner{Clock: asynctest.NewClock()}
	local := func(l *async.Loop, name string) io.Closer {
		return l.Local(name, func() io.Closer { return &closer{name, &closed} })
	}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		l := async.RunningLoop(ctx)
		first := local(l, "first")
		require.NotSame(t, first, local(l, "second"))
		require.Same(t, first, local(l, "first"))
		return nil
	}))
	require.Empty(t, closed)
	loop := r.Loop()
	require.NoError(t, r.Close())
	require.Equal(t, []string{"first", "second"}, closed)
	require.Panics(t, func() { local(loop, "third") })
}

func TestTakeTurnIsATurnOfTheCaller(t *testing.T) {
	var r record
	_, err := listening(func(ctx context.Context) error {
		l := async.RunningLoop(ctx)
		c := l.NewCallback(func() { r.Add("called") })
		n := l.NewNotifier(aByte, false)
		waiter := async.Go(ctx, func(ctx context.Context) error {
			defer r.Add("woken")
			return n.Wait(ctx)
		})
		l.CallSoon(func() {
			c.TakeTurn()
			n.TakeTurn()
			c.Enqueue()
			c.TakeTurn()
			r.Add("taken")
		})
		l.CallSoon(func() { r.Add("next") })
		if err := waiter.Wait(ctx); err != nil {
			return err
		}
		n.TakeTurn() // nobody waits: the next Wait returns at once
		return n.Wait(ctx)
	})
	require.NoError(t, err)
	require.Equal(t, record{"called", "taken", "next", "woken", "called"}, r, "a turn that is to come is not taken twice")
}

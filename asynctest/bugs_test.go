package asynctest_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// A bug is a program that is wrong and passes in the order of asyncio, and the
// fixed one.
type bug struct {
	name   string
	within int // schedules
	cancel bool
	wrong  func(t testing.TB, ctx context.Context)
	right  func(t testing.TB, ctx context.Context)
}

var bugs = []bug{
	{"a lost update across an await", 20, false, lostUpdate(false), lostUpdate(true)},
	{"a lock-order deadlock of two tasks", 20, false, lockOrder(2, false), lockOrder(2, true)},
	{"a lock-order deadlock of three tasks", 400, false, lockOrder(3, false), lockOrder(3, true)},
	{"a missed notification", 20, false, missedNotification(false), missedNotification(true)},
	{"a task group that forgets to await", 20, false, forgetfulGroup(false), forgetfulGroup(true)},
	{"a cancellation that leaks a permit", 50, true, leakyPermit(false), leakyPermit(true)},
}

func TestExploreFindsSeededBugsAndReplaysThem(t *testing.T) {
	for _, b := range bugs {
		t.Run(b.name, func(t *testing.T) {
			e := asynctest.Explorer{Schedules: b.within, Cancel: b.cancel}
			found := record(t, func(t testing.TB) { e.Explore(t, b.wrong) })
			require.True(t, found.failed, "not found within %d schedules", b.within)
			t.Log(found.all())
			t.Setenv("ASYNC_REPLAY", replayOf(t, found))
			replayed := record(t, func(t testing.TB) { asynctest.Explore(t, b.wrong) })
			require.True(t, replayed.failed, replayed.all())
			require.Equal(t, tableOf(found), tableOf(replayed))
			t.Setenv("ASYNC_REPLAY", "")
			require.False(t, record(t, func(t testing.TB) { asynctest.Explore(t, b.right) }).failed)
		})
	}
}

func TestExplorePassesMendedPrograms(t *testing.T) {
	schedules := 100_000
	if testing.Short() {
		schedules = 2_000
	}
	for _, b := range bugs {
		t.Run(b.name, func(t *testing.T) {
			asynctest.Explorer{Schedules: schedules, Cancel: b.cancel}.Explore(t, b.right)
		})
	}
}

func lostUpdate(fixed bool) func(t testing.TB, ctx context.Context) {
	return func(t testing.TB, ctx context.Context) {
		var lock primitives.Lock
		balance := 0
		deposit := func(ctx context.Context) error {
			if fixed {
				if err := lock.Acquire(ctx); err != nil {
					return err
				}
				defer lock.Release()
			}
			before := balance
			if err := async.Yield(ctx); err != nil { // asks a server
				return err
			}
			balance = before + 1
			return nil
		}
		a := async.Go(ctx, deposit)
		b := async.Go(ctx, func(ctx context.Context) error {
			yields(ctx, 2) // comes later
			return deposit(ctx)
		})
		wait(ctx, a, b)
		require.Equal(t, 2, balance)
	}
}

func lockOrder(n int, fixed bool) func(t testing.TB, ctx context.Context) {
	return func(t testing.TB, ctx context.Context) {
		locks := make([]primitives.Lock, n)
		var tasks []*async.Task[async.Void]
		for i := range n {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				yields(ctx, 2*i) // come one after the other, as a rule
				first, second := i, (i+1)%n
				if fixed {
					first, second = min(first, second), max(first, second)
				}
				if err := locks[first].Acquire(ctx); err != nil {
					return err
				}
				defer locks[first].Release()
				yields(ctx, 1)
				if err := locks[second].Acquire(ctx); err != nil {
					return err
				}
				defer locks[second].Release()
				return nil
			}))
		}
		wait(ctx, tasks...)
	}
}

func missedNotification(fixed bool) func(t testing.TB, ctx context.Context) {
	return func(t testing.TB, ctx context.Context) {
		ready := false
		var woken primitives.Event
		waiter := async.Go(ctx, func(ctx context.Context) error {
			for !ready {
				if !fixed {
					yields(ctx, 1) // logs that it waits
					woken.Clear()
				}
				if err := woken.Wait(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		notifier := async.Go(ctx, func(ctx context.Context) error {
			yields(ctx, 2)
			ready = true
			woken.Set()
			return nil
		})
		wait(ctx, waiter, notifier)
	}
}

func forgetfulGroup(fixed bool) func(t testing.TB, ctx context.Context) {
	return func(t testing.TB, ctx context.Context) {
		done := 0
		var tasks []*async.Task[async.Void]
		spawn := func(ctx context.Context, steps int) {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				yields(ctx, steps)
				done++
				return nil
			}))
		}
		spawn(ctx, 3)
		spawn(ctx, 1)
		for i := range tasks {
			if fixed || i == 0 { // "the first one takes longest"
				wait(ctx, tasks[i])
			}
		}
		require.Equal(t, 2, done)
	}
}

// permits is a semaphore of the test's own.
type permits struct {
	free  int
	line  []*async.Future[async.Void]
	fixed bool
}

func (p *permits) acquire(ctx context.Context) error {
	if p.free > 0 {
		p.free--
		return nil
	}
	turn := async.NewFuture[async.Void](ctx)
	p.line = append(p.line, turn)
	err := turn.Wait(ctx)
	if err != nil && p.fixed && !turn.Canceled() { // it was handed a permit, and is canceled now
		p.release()
	}
	return err
}

func (p *permits) release() {
	for len(p.line) > 0 {
		turn := p.line[0]
		p.line = p.line[1:]
		if turn.SetResult(async.Void{}) == nil {
			return
		}
	}
	p.free++
}

func leakyPermit(fixed bool) func(t testing.TB, ctx context.Context) {
	return func(t testing.TB, ctx context.Context) {
		p := permits{free: 1, fixed: fixed}
		var tasks []*async.Task[async.Void]
		for range 3 {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				if err := p.acquire(ctx); err != nil {
					return err
				}
				defer p.release()
				return async.Yield(ctx)
			}))
		}
		wait(ctx, tasks...)
		require.Equal(t, 1, p.free, strconv.Itoa(len(p.line))+" in line")
	}
}

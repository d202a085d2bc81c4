package async_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// inBackground is a loop in the background, for the length of the test.
func inBackground(t *testing.T) (*async.Runner, *async.Portal) {
	t.Helper()
	r := &async.Runner{OnError: func(*async.ErrorEvent) {}}
	portal := r.Start(context.Background())
	t.Cleanup(func() { _ = r.Close() })
	return r, portal
}

func answer42(ctx context.Context) (int, error) { return 42, async.Yield(ctx) }

// untilCanceled waits until it is canceled, having told that it has begun.
func untilCanceled(began chan<- struct{}) async.Coro[int] {
	return func(ctx context.Context) (int, error) {
		close(began)
		return 0, async.NewFuture[int](ctx).Wait(ctx)
	}
}

func TestSubmitFromPlainCodeAndWait(t *testing.T) {
	_, portal := inBackground(t)
	pending := async.Submit(portal, answer42)
	v, err := pending.Wait(t.Context())
	require.NoError(t, err)
	require.Equal(t, 42, v)
	<-pending.Done()
	require.False(t, pending.Cancel(), "it has ended")
	v, err = pending.Wait(t.Context())
	require.NoError(t, err)
	require.Equal(t, 42, v, "Wait may be called again")

	failure := errors.New("no such thing")
	_, err = async.Submit(portal, func(context.Context) (int, error) { return 1, failure }).Wait(t.Context())
	require.Equal(t, failure, err)
}

func TestPendingThatIsCanceledAtOnceNeverRuns(t *testing.T) {
	_, portal := inBackground(t)
	hold, held := make(chan struct{}), make(chan struct{})
	require.NoError(t, soon(portal, func() {
		close(held)
		<-hold
	}))
	<-held
	pending := async.Submit(portal, func(context.Context) (int, error) {
		t.Error("it ran")
		return 0, nil
	})
	require.True(t, pending.Cancel())
	close(hold)
	_, err := pending.Wait(t.Context())
	require.True(t, async.IsCanceled(err))
}

func TestPendingGoexitIsAnError(t *testing.T) {
	_, portal := inBackground(t)
	ended := make(chan struct{})
	_, err := async.Submit(portal, func(context.Context) (int, error) {
		defer close(ended)
		failNow()
		return 0, nil
	}).Wait(t.Context())
	<-ended
	require.ErrorIs(t, err, async.ErrGoexit)
	v, err := async.Submit(portal, answer42).Wait(t.Context())
	require.NoError(t, err, "the loop goes on")
	require.Equal(t, 42, v)
}

// failNow ends the goroutine as t.FailNow does.
func failNow() {
	var t testing.T
	t.SkipNow()
}

func TestPendingWaitUnderADerivedContextOfATask(t *testing.T) {
	const said = "async: Pending.Wait in a task of the same loop would block it for ever: use Go, and Await the task"
	asynctest.Run(t, func(ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		pending := async.Submit(portal, answer42)
		derived, cancel := context.WithCancel(ctx)
		defer cancel()
		require.PanicsWithValue(t, said, func() { _, _ = pending.Wait(derived) })
		require.PanicsWithValue(t, said, func() { _, _ = pending.Wait(async.RunningLoop(ctx).Context()) })
	})
}

func TestPendingWaitInTheLoopWithoutItsContextIsFoundInDebugMode(t *testing.T) {
	const said = "async: Pending.Wait in a task of the same loop would block it for ever: use Go, and Await the task"
	r := async.Runner{Debug: true, Clock: asynctest.NewClock()}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		pending := async.Submit(portal, answer42)
		require.PanicsWithValue(t, said, func() { _, _ = pending.Wait(context.Background()) })
		return nil
	}))
	require.NoError(t, r.Close())
}

func TestPendingWaitSuspendsATaskOfAnotherLoop(t *testing.T) {
	_, portal := inBackground(t)
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		release := make(chan struct{})
		pending := async.Submit(portal, func(ctx context.Context) (int, error) {
			_, _, err := async.Recv(ctx, release)
			return 42, err
		})
		other := async.Go(ctx, func(context.Context) error {
			close(release)
			return nil
		})
		v, err := pending.Wait(ctx)
		require.Equal(t, 42, v)
		return errors.Join(err, other.Wait(ctx))
	}))
}

func TestPendingIsCanceledByClose(t *testing.T) {
	r, portal := inBackground(t)
	began := make(chan struct{})
	running := async.Submit(portal, untilCanceled(began))
	<-began
	require.NoError(t, r.Close())
	_, err := running.Wait(t.Context())
	require.ErrorIs(t, err, async.ErrClosed)
	require.ErrorIs(t, err, context.Canceled)

	_, err = async.Submit(portal, answer42).Wait(t.Context())
	require.ErrorIs(t, err, async.ErrClosed)
	require.ErrorIs(t, soon(portal, func() {}), async.ErrClosed)
	require.False(t, running.Cancel())
	require.NoError(t, r.Close(), "a second Close does nothing")
}

func TestPortalThatIsOpenKeepsAStartedLoopFromADeadlock(t *testing.T) {
	portals := make(chan *async.Portal, 1)
	go func() {
		portal := <-portals
		_, _ = portal.CallSoonThreadsafe(func() { _ = portal.Close() })
	}()
	err := async.Run(context.Background(), func(ctx context.Context) error {
		portals <- async.RunningLoop(ctx).Portal()
		return async.NewFuture[int](ctx).Wait(ctx)
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
}

func TestRunnerStartEndsWithItsPortal(t *testing.T) {
	r := &async.Runner{}
	portal := r.Start(context.Background())
	pending := async.Submit(portal, func(ctx context.Context) (int, error) {
		return 42, async.Sleep(ctx, time.Millisecond)
	})
	require.NoError(t, portal.Close())
	v, err := pending.Wait(t.Context())
	require.NoError(t, err, "what was submitted before runs to its end")
	require.Equal(t, 42, v)
	require.NoError(t, r.Close())
}

func TestPortalKeepsTheOrderOfAGoroutineWhetherTheLoopIsIdleOrNot(t *testing.T) {
	_, portal := inBackground(t)
	for range 300 {
		var order []int // of the loop's
		for i := range 5 {
			require.NoError(t, soon(portal, func() { order = append(order, i) }))
		}
		got, err := async.Submit(portal, func(context.Context) ([]int, error) { return order, nil }).Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int{0, 1, 2, 3, 4}, got)
	}
}

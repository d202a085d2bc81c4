package async_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// heldBack is a coroutine that goes on when release is closed.
func heldBack(release <-chan struct{}) async.Coro[int] {
	return func(ctx context.Context) (int, error) {
		_, _, err := async.Recv(ctx, release)
		return 42, err
	}
}

func TestPendingEndsAllItsWaitsAtOnce(t *testing.T) {
	_, portal := inBackground(t)
	for range 20 {
		release := make(chan struct{})
		pending := async.Submit(portal, heldBack(release))
		done := pending.Done()
		require.Equal(t, done, pending.Done(), "one channel for all")
		var waits sync.WaitGroup
		for range 5 {
			waits.Go(func() {
				v, err := pending.Wait(context.Background())
				if v != 42 || err != nil {
					t.Error(v, err)
				}
			})
			waits.Go(func() { <-done })
		}
		select {
		case <-done:
			t.Fatal("it has not ended")
		default:
		}
		close(release)
		waits.Wait()
		<-pending.Done()
	}
}

func TestPendingWaitThatWasGivenUpTouchesNoOtherWait(t *testing.T) {
	_, portal := inBackground(t)
	release := make(chan struct{})
	pending := async.Submit(portal, heldBack(release))
	canceled, cancel := context.WithCancelCause(t.Context())
	cancel(errBoom)
	for range 3 {
		_, err := pending.Wait(canceled)
		require.Equal(t, errBoom, err)
	}
	other := async.Submit(portal, answer42)
	_, err := other.Wait(t.Context())
	require.NoError(t, err)
	close(release)
	v, err := pending.Wait(t.Context())
	require.NoError(t, err)
	require.Equal(t, 42, v)
	for range 100 { // a wait that took what another had left behind would end too early
		release := make(chan struct{})
		pending := async.Submit(portal, heldBack(release))
		go close(release)
		v, err := pending.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, 42, v)
	}
}

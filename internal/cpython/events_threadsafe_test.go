package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// outside runs fn on a goroutine of its own, with a portal to the loop, and
// waits for it without holding the baton.
func outside(t *testing.T, ctx context.Context, fn func(p *async.Portal)) {
	t.Helper()
	portal := async.RunningLoop(ctx).Portal()
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn(portal)
	}()
	_, _, err := async.Recv(ctx, done)
	require.NoError(t, err)
	require.NoError(t, portal.Close())
}

func TestEventLoop_call_soon_threadsafe_handle_block_check_cancelled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		outside(t, ctx, func(p *async.Portal) {
			begun, end, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
			h, err := p.CallSoonThreadsafe(func() {
				close(begun)
				<-end
				close(ended)
			})
			require.NoError(t, err)
			<-begun
			require.False(t, h.Canceled(), "it does not wait for the callback's end")
			close(end)
			<-ended
			require.False(t, h.Canceled())
		})
	})
}

func TestEventLoop_call_soon_threadsafe_handle_block_cancellation(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		outside(t, ctx, func(p *async.Portal) {
			begun, end, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
			h, err := p.CallSoonThreadsafe(func() {
				close(begun)
				<-end
				close(ended)
			})
			require.NoError(t, err)
			<-begun
			h.Cancel()
			close(end)
			<-ended // it goes on all the same
		})
	})
}

func TestEventLoop_call_soon_threadsafe_handle_cancel_same_thread(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		outside(t, ctx, func(p *async.Portal) {
			handle, ended := make(chan *async.Handle, 1), make(chan struct{})
			h, err := p.CallSoonThreadsafe(func() {
				(<-handle).Cancel()
				close(ended)
			})
			require.NoError(t, err)
			handle <- h
			<-ended
			require.True(t, h.Canceled())
		})
	})
}

func TestEventLoop_call_soon_threadsafe_handle_cancel_other_thread(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		canceled := make(chan struct{})
		async.RunningLoop(ctx).CallSoon(func() { <-canceled }) // what is posted waits behind it
		outside(t, ctx, func(p *async.Portal) {
			h, err := p.CallSoonThreadsafe(func() { t.Error("it was called") })
			require.NoError(t, err)
			h.Cancel()
			require.True(t, h.Canceled())
			close(canceled)
		})
		yields(t, ctx, 2)
	})
}

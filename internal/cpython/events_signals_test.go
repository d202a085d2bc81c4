//go:build unix

package cpython

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// testSignal is a signal that nobody else handles.
const testSignal = syscall.SIGUSR2

// caught runs body with a function that sends testSignal to this process and a
// future that a handler of it sets.
func caught(t *testing.T, body func(ctx context.Context, send func(), got *async.Future[int])) {
	t.Helper()
	r := new(async.Runner) // a signal comes in real time
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		got := async.NewFuture[int](ctx)
		async.RunningLoop(ctx).AddSignalHandler(testSignal, func() { _ = got.SetResult(42) })
		body(ctx, func() { require.NoError(t, syscall.Kill(syscall.Getpid(), testSignal)) }, got)
		require.True(t, async.RunningLoop(ctx).RemoveSignalHandler(testSignal))
		require.False(t, async.RunningLoop(ctx).RemoveSignalHandler(testSignal))
		return nil
	}))
	require.NoError(t, r.Close())
}

func TestEventLoop_add_signal_handler(t *testing.T) {
	caught(t, func(ctx context.Context, send func(), got *async.Future[int]) {
		loop := async.RunningLoop(ctx)
		panics(t, func() { loop.AddSignalHandler(syscall.SIGKILL, func() {}) })
		require.False(t, loop.RemoveSignalHandler(syscall.SIGKILL))
		send()
		require.NoError(t, got.Wait(ctx))
	})
}

func TestEventLoop_signal_handling_while_selecting(t *testing.T) {
	caught(t, func(ctx context.Context, send func(), got *async.Future[int]) {
		rests := make(chan struct{})
		go func() {
			<-rests
			send()
		}()
		async.RunningLoop(ctx).CallSoon(func() { close(rests) })
		_, err := async.WaitFor(ctx, got, time.Minute)
		require.NoError(t, err)
	})
}

func TestEventLoop_signal_handling_args(t *testing.T) {
	caught(t, func(ctx context.Context, send func(), got *async.Future[int]) {
		send()
		require.NoError(t, got.Wait(ctx))
		requireResult(t, got, 42)
	})
}

//go:build unix

package cpython

import (
	"context"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestSelectorEventLoopSignal_check_signal(t *testing.T) {
	runSignals(t, func(_ context.Context, l *async.Loop) {
		for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGSTOP} {
			require.Panics(t, func() { l.AddSignalHandler(sig, func() {}) })
		}
		require.Panics(t, func() { l.AddSignalHandler(nil, func() {}) })
	})
}

func TestSelectorEventLoopSignal_handle_signal_no_handler(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		require.False(t, asynctest.Signal(ctx, syscall.SIGHUP))
		yields(t, ctx, 1)
	})
}

func TestSelectorEventLoopSignal_add_signal_handler(t *testing.T) {
	runSignals(t, func(ctx context.Context, l *async.Loop) {
		var got record
		l.AddSignalHandler(syscall.SIGHUP, func() { got.add("HUP") })
		require.True(t, asynctest.Signal(ctx, syscall.SIGHUP))
		yields(t, ctx, 1)
		require.Equal(t, record{"HUP"}, got)
	})
}

func TestSelectorEventLoopSignal_remove_signal_handler(t *testing.T) {
	runSignals(t, func(ctx context.Context, l *async.Loop) {
		l.AddSignalHandler(syscall.SIGHUP, func() { require.Fail(t, "it was removed") })
		require.True(t, l.RemoveSignalHandler(syscall.SIGHUP))
		require.False(t, asynctest.Signal(ctx, syscall.SIGHUP))
		yields(t, ctx, 1)
	})
}

func TestSelectorEventLoopSignal_remove_signal_handler_2(t *testing.T) {
	runSignals(t, func(ctx context.Context, l *async.Loop) {
		var got record
		l.AddSignalHandler(syscall.SIGINT, func() { got.add("INT") })
		l.AddSignalHandler(syscall.SIGHUP, func() { got.add("HUP") })
		require.True(t, l.RemoveSignalHandler(syscall.SIGINT))
		require.False(t, asynctest.Signal(ctx, syscall.SIGINT))
		require.True(t, asynctest.Signal(ctx, syscall.SIGHUP)) // the other is left
		yields(t, ctx, 1)
		require.Equal(t, record{"HUP"}, got)
	})
}

func TestSelectorEventLoopSignal_close(t *testing.T) {
	r := async.Runner{Clock: asynctest.NewClock()}
	ctx := r.Loop().Context()
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGCHLD} {
		r.Loop().AddSignalHandler(sig, func() {})
		require.True(t, asynctest.Signal(ctx, sig))
	}
	require.NoError(t, r.Close())
	require.False(t, asynctest.Signal(ctx, syscall.SIGHUP))
	require.False(t, asynctest.Signal(ctx, syscall.SIGCHLD))
}

// runSignals runs a test with the loop that is to hear of signals.
func runSignals(t *testing.T, body func(ctx context.Context, l *async.Loop)) {
	t.Helper()
	events, err := told(&async.Runner{}, func(ctx context.Context) error {
		body(ctx, async.RunningLoop(ctx))
		return nil
	})
	require.NoError(t, err)
	require.Empty(t, events)
}

//go:build unix

package async_test

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestSignalIsHandledInTheLoop(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		l := async.RunningLoop(ctx)
		came := async.NewFuture[string](ctx)
		l.AddSignalHandler(syscall.SIGUSR1, func() { _ = came.SetResult("replaced") })
		l.AddSignalHandler(syscall.SIGUSR1, func() { _ = came.SetResult("handled") })
		l.CallSoon(func() { raise(t, syscall.SIGUSR1) })
		v, err := came.Await(ctx) // nothing else wakes the loop, and yet it is not deadlocked
		require.Equal(t, "handled", v)
		require.True(t, l.RemoveSignalHandler(syscall.SIGUSR1))
		require.False(t, l.RemoveSignalHandler(syscall.SIGUSR1))
		return err
	}))
}

func TestSignalHandlersAreGoneWithTheLoop(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		async.RunningLoop(ctx).AddSignalHandler(syscall.SIGUSR1, func() {})
		async.RunningLoop(ctx).AddSignalHandler(syscall.SIGUSR2, func() {})
		return nil
	})) // goleak finds their goroutines
}

// raise sends the process a signal.
func raise(t *testing.T, sig os.Signal) {
	t.Helper()
	self, err := os.FindProcess(os.Getpid())
	require.NoError(t, err)
	require.NoError(t, self.Signal(sig))
}

func TestInterruptCancelsMainTheFirstTime(t *testing.T) {
	r := &async.Runner{Interrupt: true}
	err := r.Run(context.Background(), func(ctx context.Context) error {
		raise(t, os.Interrupt)
		err := forever(ctx)
		require.ErrorIs(t, context.Cause(ctx), async.ErrInterrupted)
		return err
	})
	require.True(t, async.IsCanceled(err))
	require.ErrorIs(t, err, async.ErrInterrupted)
	require.NoError(t, r.Run(context.Background(), async.Yield), "the next Run begins anew")
	require.ErrorIs(t, r.Run(context.Background(), func(ctx context.Context) error {
		raise(t, os.Interrupt)
		return forever(ctx)
	}), async.ErrInterrupted)
	require.NoError(t, r.Close())
}

func TestInterruptLeavesOtherHandlersOfItAlone(t *testing.T) {
	handled := 0
	r := &async.Runner{Interrupt: true}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		came := async.NewFuture[int](ctx)
		async.RunningLoop(ctx).AddSignalHandler(os.Interrupt, func() {
			if handled++; handled == 2 {
				_ = came.SetResult(1)
			}
		})
		raise(t, os.Interrupt)
		require.ErrorIs(t, forever(ctx), async.ErrInterrupted)
		for handled < 1 {
			_ = async.Yield(ctx)
		}
		raise(t, os.Interrupt) // would end the process without a handler
		return came.Wait(async.Uncancel(ctx))
	}))
	require.NoError(t, r.Close())
	require.Equal(t, 2, handled)
}

func TestInterruptEndsTheProcessTheSecondTime(t *testing.T) {
	const child = "ASYNC_TEST_INTERRUPTED"
	if os.Getenv(child) == "" {
		if signal.Ignored(os.Interrupt) {
			t.Skip("a shell has started the tests in the background, with interrupts ignored: they end no process, and so not the test's child")
		}
		exe, err := os.Executable()
		require.NoError(t, err)
		cmd := exec.Command(exe, "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), child+"=1")
		var ended *exec.ExitError
		require.ErrorAs(t, cmd.Run(), &ended)
		require.Equal(t, syscall.SIGINT, ended.Sys().(syscall.WaitStatus).Signal())
		return
	}
	r := &async.Runner{Interrupt: true}
	_ = r.Run(context.Background(), func(ctx context.Context) error {
		raise(t, os.Interrupt)
		_ = forever(ctx)
		raise(t, os.Interrupt)
		return forever(async.Uncancel(ctx)) // main goes on in spite of the first
	})
}

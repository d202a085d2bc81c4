//go:build unix

package cpython

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestRunner_interrupt_call_soon(t *testing.T) {
	interrupt := interrupts(t)
	r := async.Runner{Interrupt: true}
	r.Loop().CallLater(ms, interrupt)
	err := r.Run(context.Background(), func(ctx context.Context) error {
		for {
			if err := async.Yield(ctx); err != nil {
				requireCanceled(t, err)
				return err
			}
		}
	})
	require.ErrorIs(t, err, async.ErrInterrupted)
	require.NoError(t, r.Close())
}

func TestRunner_interrupt_wait(t *testing.T) {
	interrupt := interrupts(t)
	r := async.Runner{Interrupt: true}
	fut := async.NewFuture[async.Void](r.Loop().Context())
	r.Loop().CallLater(ms, interrupt)
	err := r.Run(context.Background(), func(ctx context.Context) error {
		err := fut.Wait(ctx)
		requireCanceled(t, err)
		return err
	})
	require.ErrorIs(t, err, async.ErrInterrupted)
	require.True(t, fut.Canceled())
	require.NoError(t, r.Close())
}

func TestRunner_interrupt_cancelled_task(t *testing.T) {
	interrupt := interrupts(t)
	r := async.Runner{Interrupt: true}
	err := r.Run(context.Background(), func(ctx context.Context) error {
		main := async.CurrentTask(ctx)
		async.Go(ctx, func(ctx context.Context) error {
			require.NoError(t, async.Yield(ctx))
			main.Cancel()
			interrupt()
			return nil
		})
		return async.Sleep(ctx, 10*time.Second)
	})
	requireCanceled(t, err)
	require.NotErrorIs(t, err, async.ErrInterrupted)
	require.NoError(t, r.Close())
}

// interrupts returns a function that sends this process a SIGINT, to be called
// once. The process does not end of it, also if it comes when no loop listens
// any more.
func interrupts(t *testing.T) func() {
	came := make(chan os.Signal, 1)
	signal.Notify(came, os.Interrupt)
	t.Cleanup(func() {
		<-came
		signal.Stop(came)
	})
	return func() { require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGINT)) }
}

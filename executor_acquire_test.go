package async_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestToThreadAcquireReturnsTheValue(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		v, err := async.ToThreadAcquire(ctx,
			func(context.Context) (int, error) { return 7, nil },
			func(int) { t.Error("it was not given back") })
		require.NoError(t, err)
		require.Equal(t, 7, v)
		failure := errors.New("no such thing")
		_, err = async.ToThreadAcquire(ctx,
			func(context.Context) (int, error) { return 7, failure },
			func(int) { t.Error("there was nothing to give back") })
		require.ErrorIs(t, err, failure)
	})
}

func TestToThreadAcquireReleasesWhatACancellationAbandons(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		begun, goOn, released := make(chan struct{}), make(chan struct{}), make(chan int, 1)
		task := async.GoEager(ctx, func(ctx context.Context) error {
			_, err := async.ToThreadAcquire(ctx, func(context.Context) (int, error) {
				close(begun)
				<-goOn
				return 7, nil
			}, func(v int) { released <- v })
			return err
		})
		<-begun
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		close(goOn)
		v, _, err := async.Recv(ctx, released)
		require.NoError(t, err)
		require.Equal(t, 7, v)
	})
}

// Whether the function has returned when the cancellation comes or not, its
// value is released once.
func TestToThreadAcquireReleasesAValueThatACancellationBeats(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		released := make(chan int, 2)
		first := async.RunInExecutor(ctx, nil, func(context.Context) (int, error) { return 0, nil })
		task := async.GoEager(ctx, func(ctx context.Context) error {
			_, err := async.ToThreadAcquire(ctx,
				func(context.Context) (int, error) { return 8, nil },
				func(v int) { released <- v })
			return err
		})
		first.OnDone(func() { task.Cancel() }) // functions come back in the order of the calls
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		require.NoError(t, asynctest.WaitIdle(ctx))
		if len(released) == 0 { // the function never ran
			return
		}
		require.Equal(t, 8, <-released)
		require.Empty(t, released)
	})
}

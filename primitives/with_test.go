package primitives_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestWithValueHoldsWhatItAcquiresWhileItsBodyRuns(t *testing.T) {
	var l primitives.Lock
	for name, a := range map[string]interface {
		primitives.Acquirer
		Locked() bool
	}{
		"Lock":            &l,
		"Condition":       &primitives.Condition{L: &l},
		"Semaphore":       primitives.NewSemaphore(1),
		"CapacityLimiter": primitives.NewCapacityLimiter(1),
		"RWLock":          new(primitives.RWLock),
	} {
		asynctest.Run(t, func(ctx context.Context) {
			answer := func(ctx context.Context) (int, error) {
				require.True(t, a.Locked(), name)
				return async.SleepValue(ctx, time.Second, 42)
			}
			v, err := primitives.WithValue(ctx, a, answer)
			require.NoError(t, err)
			require.Equal(t, 42, v)
			require.False(t, a.Locked(), name)

			require.Panics(t, func() {
				_, _ = primitives.WithValue(ctx, a, func(context.Context) (int, error) { panic("body") })
			})
			require.False(t, a.Locked(), name)

			holder := async.Go(ctx, func(ctx context.Context) error {
				_, err := primitives.WithValue(ctx, a, func(ctx context.Context) (int, error) { return 0, async.Sleep(ctx, time.Hour) })
				return err
			})
			require.NoError(t, async.Yield(ctx))
			v, err = async.TimeoutValue(ctx, time.Second, func(ctx context.Context) (int, error) {
				return primitives.WithValue(ctx, a, func(context.Context) (int, error) { t.Error("it is called"); return 1, nil })
			})
			require.Equal(t, async.ErrTimeout, err)
			require.Zero(t, v)
			holder.Cancel()
			_ = holder.Wait(ctx)
		})
		l = primitives.Lock{}
	}
}

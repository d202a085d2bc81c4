package asynctest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestSequencerKeepsTheOrderWhateverTheSchedule(t *testing.T) {
	asynctest.Explorer{Schedules: 200}.Explore(t, func(t testing.TB, ctx context.Context) {
		var seq asynctest.Sequencer
		var order []int
		step := func(ctx context.Context, n int) error {
			return seq.Do(ctx, n, func(ctx context.Context) error {
				_ = async.Yield(ctx)
				order = append(order, n)
				return nil
			})
		}
		var tasks []*async.Task[async.Void]
		for _, turns := range [][]int{{1, 4}, {0, 2}, {3, 5}} {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				for _, n := range turns {
					if err := step(ctx, n); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		for _, task := range tasks {
			require.NoError(t, task.Wait(ctx))
		}
		require.Equal(t, []int{0, 1, 2, 3, 4, 5}, order)
	})
}

func TestSequencerIsBrokenByAFailedOrCanceledTurn(t *testing.T) {
	nothing := func(context.Context) error { return nil }
	asynctest.Run(t, func(ctx context.Context) {
		var seq asynctest.Sequencer
		failed := errors.New("failed")
		last := async.Go(ctx, func(ctx context.Context) error { return seq.Do(ctx, 2, nothing) })
		require.ErrorIs(t, seq.Do(ctx, 0, func(context.Context) error { return failed }), failed)
		require.ErrorIs(t, seq.Do(ctx, 1, nothing), asynctest.ErrSequence)
		require.ErrorIs(t, last.Wait(ctx), asynctest.ErrSequence)
	})
	asynctest.Run(t, func(ctx context.Context) {
		var seq asynctest.Sequencer
		second := async.Go(ctx, func(ctx context.Context) error { return seq.Do(ctx, 1, nothing) })
		third := async.Go(ctx, func(ctx context.Context) error { return seq.Do(ctx, 2, nothing) })
		_ = async.Yield(ctx)
		second.Cancel()
		require.ErrorIs(t, second.Wait(ctx), context.Canceled)
		require.ErrorIs(t, third.Wait(ctx), asynctest.ErrSequence)
	})
}

func TestSequencerGivesATurnOnce(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var seq asynctest.Sequencer
		nothing := func(context.Context) error { return nil }
		require.NoError(t, seq.Do(ctx, 0, nothing))
		require.Panics(t, func() { _ = seq.Do(ctx, 0, nothing) })
		require.Panics(t, func() { _ = seq.Do(ctx, -1, nothing) })
	})
}

func TestMustSuspendAndMustNotSuspendCountTheTasksOwnSuspensions(t *testing.T) {
	type check func(t testing.TB, ctx context.Context, f func())
	for name, c := range map[string]struct {
		check  check
		yields int
		fails  bool
	}{
		"must suspend, does":         {asynctest.MustSuspend, 1, false},
		"must suspend, does not":     {asynctest.MustSuspend, 0, true},
		"must not suspend, does":     {asynctest.MustNotSuspend, 2, true},
		"must not suspend, does not": {asynctest.MustNotSuspend, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t, func(t testing.TB) {
				asynctest.Run(t, func(ctx context.Context) {
					async.Go(ctx, async.Yield)
					c.check(t, ctx, func() {
						for range c.yields {
							_ = async.Yield(ctx)
						}
					})
				})
			})
			require.Equal(t, c.fails, r.failed)
		})
	}
}

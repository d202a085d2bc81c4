package asynctest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestChooseIsTheFirstOutsideOfExplore(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		require.Zero(t, asynctest.Choose(ctx, 5))
		require.NoError(t, asynctest.Fail(ctx, errors.New("never")))
	})
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		require.Zero(t, asynctest.Choose(ctx, 5))
		return nil
	}))
}

func TestChooseTriesAllChoices(t *testing.T) {
	for name, strategy := range strategies {
		seen := map[[2]int]bool{}
		asynctest.Explorer{Strategy: strategy, Schedules: 500}.Explore(t, func(t testing.TB, ctx context.Context) {
			seen[[2]int{asynctest.Choose(ctx, 3), asynctest.Choose(ctx, 4)}] = true
			async.Go(ctx, async.Yield)
		})
		require.Len(t, seen, 12, name)
	}
}

func TestChooseIsShrunkAndReplayed(t *testing.T) {
	fault := errors.New("reset by peer")
	body := func(t testing.TB, ctx context.Context) {
		failures := 0
		for range 5 {
			if asynctest.Choose(ctx, 10) > 3 && asynctest.Fail(ctx, fault) != nil {
				failures++
			}
		}
		async.Go(ctx, async.Yield)
		require.Less(t, failures, 2)
	}
	found := record(t, func(t testing.TB) { asynctest.Explorer{Schedules: 20_000}.Explore(t, body) })
	require.True(t, found.failed)
	require.Contains(t, found.all(), "shrunk to 4")
	require.Regexp(t, `ASYNC_REPLAY=.*x1\.\d+=4`, found.all())
	t.Setenv("ASYNC_REPLAY", replayOf(t, found))
	replayed := record(t, func(t testing.TB) { asynctest.Explore(t, body) })
	require.True(t, replayed.failed)
	require.Equal(t, tableOf(found), tableOf(replayed))
}

package asynctest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestExploreReportsStateThatIsKeptFromScheduleToSchedule(t *testing.T) {
	runs := 0
	r := record(t, func(t testing.TB) {
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
			runs++
			a, b := async.Go(ctx, async.Yield), async.Go(ctx, async.Yield)
			if runs > 300 {
				_ = async.Yield(ctx)
			}
			wait(ctx, a, b)
			yields(ctx, 1)
		})
	})
	require.True(t, r.failed)
	require.Contains(t, r.all(), "is not deterministic")
}

func TestExploreReportsRareDice(t *testing.T) {
	runs := 0
	r := record(t, func(t testing.TB) {
		asynctest.Explorer{Schedules: 20_000}.Explore(t, func(t testing.TB, ctx context.Context) {
			a, b, c := async.Go(ctx, async.Yield), async.Go(ctx, async.Yield), async.Go(ctx, async.Yield)
			if runs++; runs%2000 == 1999 {
				_ = async.Yield(ctx)
			}
			wait(ctx, a, b, c)
		})
	})
	require.True(t, r.failed)
	require.Contains(t, r.all(), "is not deterministic")
}

func TestExploreReportsAMapThatIsRangedOver(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
			async.Go(ctx, async.Yield)
			for name := range map[string]bool{"a": true, "b": true, "c": true} {
				t.Log(name) // only what is said differs
				_ = async.Yield(ctx)
			}
		})
	})
	require.True(t, r.failed)
	require.Contains(t, r.all(), "is not deterministic")
}

package asynctest_test

import (
	"context"
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestExploreWithWorkersFindsTheSameWhateverTheirNumber(t *testing.T) {
	var reports []string
	for _, workers := range []int{2, 3, 8} {
		found := record(t, func(t testing.TB) {
			asynctest.Explorer{Workers: workers, Schedules: 5000, Plain: true}.Explore(t, lostUpdate(false))
		})
		require.True(t, found.failed)
		reports = append(reports, found.all())
	}
	require.Equal(t, reports[0], reports[1])
	require.Equal(t, reports[0], reports[2])
}

func TestExploreWithWorkersTriesAllOrders(t *testing.T) {
	orders := func(workers int) (tried int64) {
		var runs atomic.Int64
		found := record(t, func(t testing.TB) {
			asynctest.Explorer{Strategy: asynctest.Exhaustive, Schedules: math.MaxInt32, Workers: workers}.Explore(t, func(_ testing.TB, ctx context.Context) {
				runs.Add(1)
				wait(ctx, async.Go(ctx, async.Yield), async.Go(ctx, async.Yield), async.Go(ctx, async.Yield))
			})
		})
		require.False(t, found.failed)
		require.Contains(t, found.all(), "all orders there are")
		return runs.Load()
	}
	alone := orders(1)
	require.Greater(t, alone, int64(50))
	require.Equal(t, orders(2), orders(4))
	require.InDelta(t, alone, orders(2), float64(alone)/2, "repetitions differ, orders do not")
}

func TestExploreWithWorkersRunsOneScheduleAtATimeInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at, most int // without a lock: the race detector looks on
		asynctest.Explorer{Workers: 4, Schedules: 50}.Explore(t, func(t testing.TB, ctx context.Context) {
			at++
			most = max(most, at)
			require.NoError(t, async.ToThread(ctx, func(context.Context) error { return nil }))
			at--
		})
		require.Equal(t, 1, most)
	})
}

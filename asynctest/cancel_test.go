package asynctest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func TestExploreFailsForACleanupThatWaitsForEver(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
			var never primitives.Event
			async.Go(ctx, func(ctx context.Context) error {
				_ = async.Sleep(ctx, time.Hour)
				return never.Wait(async.Uncancel(ctx))
			})
			_ = async.Yield(ctx)
		})
	})
	require.True(t, r.failed)
	require.Contains(t, r.all(), "deadlock")
}

func TestExploreTriesOrdersAfterTheBodysEnd(t *testing.T) {
	orders := map[string]bool{}
	asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
		order := ""
		for _, name := range []string{"a", "b"} {
			async.Go(ctx, func(ctx context.Context) error {
				_ = async.Sleep(ctx, time.Hour)
				_ = async.Yield(async.Uncancel(ctx))
				order += name
				orders[order] = true
				return nil
			})
		}
		_ = async.Yield(ctx)
	})
	require.True(t, orders["ab"] && orders["ba"], "%v", orders)
}

func TestExploreCancelsInACleanupOnceMore(t *testing.T) {
	interrupted := 0
	asynctest.Explorer{Cancel: true}.Explore(t, func(t testing.TB, ctx context.Context) {
		wait(ctx, async.Go(ctx, func(ctx context.Context) error {
			err := async.Yield(ctx)
			if err != nil && async.Yield(async.Uncancel(ctx)) != nil {
				interrupted++
			}
			return err
		}))
	})
	require.NotZero(t, interrupted)
}

func TestExploreCancelsTheBodyOnRequest(t *testing.T) {
	for _, wanted := range []bool{false, true} {
		canceled := false
		asynctest.Explorer{Cancel: true, CancelBody: wanted}.Explore(t, func(t testing.TB, ctx context.Context) {
			async.Go(ctx, async.Yield)
			if async.Yield(ctx) != nil {
				canceled = true
			}
		})
		require.Equal(t, wanted, canceled)
	}
}

func TestExploreCancelsOnlyWhereTheTestAllowsIt(t *testing.T) {
	for name, wait := range map[string]func(t testing.TB, err error){
		"it allows it":              func(testing.TB, error) {},
		"it takes it for a failure": func(t testing.TB, err error) { require.NoError(t, err) },
	} {
		canceled := 0
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
			started := false
			err := async.Go(ctx, func(ctx context.Context) error {
				started = true
				err := async.Yield(ctx)
				if err != nil {
					canceled++
				}
				return err
			}).Wait(ctx)
			_ = started
			wait(t, err)
		})
		require.Equal(t, name == "it allows it", canceled > 0, name)
	}
}

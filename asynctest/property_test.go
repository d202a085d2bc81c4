package asynctest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// transfer moves 10 from a to b, with an await while it is in neither.
func transfer(ctx context.Context, a, b *int) error {
	*a -= 10
	if err := async.Yield(ctx); err != nil {
		return err
	}
	*b += 10
	return nil
}

func TestAlwaysLooksWheneverTheBatonPasses(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			a, b := 100, 0
			asynctest.Always(ctx, "the sum is 100", func() bool { return a+b == 100 })
			_ = async.Go(ctx, func(ctx context.Context) error { return transfer(ctx, &a, &b) }).Wait(ctx)
		})
	})
	require.True(t, r.failed)
	require.Regexp(t, `^asynctest: not always: the sum is 100, after Task-2 came to property_test.go:\d+$`, r.all())
}

func TestAlwaysSaysThatItDidNotHoldFromTheBeginning(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			asynctest.Always(ctx, "one is two", func() bool { return false })
		})
	})
	require.Equal(t, "asynctest: not always: one is two, from the beginning", r.all())
}

func TestEventuallyIsContentWithOneMoment(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := 100, 0
		asynctest.Eventually(ctx, "the money is under way", func() bool { return a+b == 90 })
		require.NoError(t, async.Go(ctx, func(ctx context.Context) error { return transfer(ctx, &a, &b) }).Wait(ctx))
	})
}

func TestEventuallyFailsAtTheEnd(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			asynctest.Eventually(ctx, "all is well", func() bool { return false })
			_ = async.Yield(ctx)
		})
	})
	require.Equal(t, "asynctest: not once: all is well", r.all())
}

func TestAlwaysEndsAScheduleOfExplore(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
			turn := 0
			asynctest.Always(ctx, "the first comes first", func() bool { return turn != 2 })
			a := async.Go(ctx, func(context.Context) error { turn = max(turn, 1); return nil })
			b := async.Go(ctx, func(context.Context) error { turn += 2; return nil })
			wait(ctx, a, b)
		})
	})
	require.True(t, r.failed)
	require.Contains(t, r.all(), "not always: the first comes first, after the end of Task-3")
	require.Contains(t, r.all(), "ASYNC_REPLAY=2:1 ")
}

func TestAlwaysAndEventuallyNeedALoopOfThisPackage(t *testing.T) {
	err := async.Run(t.Context(), func(ctx context.Context) error {
		require.Panics(t, func() { asynctest.Always(ctx, "", func() bool { return true }) })
		require.Panics(t, func() { asynctest.Eventually(ctx, "", func() bool { return true }) })
		return nil
	})
	require.NoError(t, err)
}

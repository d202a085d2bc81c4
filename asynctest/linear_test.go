package asynctest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// swap is a value that tasks read and swap.
type swap struct{ before, after int }

// swaps is the model of a register: a swap succeeds if the value is as
// expected.
var swaps = asynctest.Model[int, swap, bool]{
	Step: func(state int, in swap, swapped bool) (int, bool) {
		if swapped {
			return in.after, state == in.before
		}
		return state, state != in.before
	},
}

func exploreSwaps(atomic bool) func(t testing.TB, ctx context.Context) {
	return func(t testing.TB, ctx context.Context) {
		value := 0
		var calls asynctest.Calls[swap, bool]
		compareAndSwap := func(ctx context.Context, in swap) (bool, error) {
			return calls.Do(ctx, in, func(ctx context.Context) (bool, error) {
				if err := async.Yield(ctx); err != nil {
					return false, err
				}
				same := value == in.before
				if !atomic {
					if err := async.Yield(ctx); err != nil {
						return false, err
					}
				}
				if same {
					value = in.after
				}
				return same, nil
			})
		}
		var tasks []*async.Task[async.Void]
		for n := range 2 {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				yields(ctx, 4*n)
				_, err := compareAndSwap(ctx, swap{0, n + 1})
				return err
			}))
		}
		wait(ctx, tasks...)
		asynctest.CheckLinearizable(t, &calls, swaps)
	}
}

func TestCheckLinearizableFindsAnObjectThatIsNotAtomic(t *testing.T) {
	r := record(t, func(t testing.TB) { asynctest.Explore(t, exploreSwaps(false)) })
	require.True(t, r.failed)
	require.Contains(t, r.all(), "cannot have happened one after the other")
	require.Contains(t, r.all(), "{0 1} -> true")
	require.Contains(t, r.all(), "At most 1 of these 2")
	asynctest.Explore(t, exploreSwaps(true))
}

func TestCheckLinearizableKeepsTheOrderOfCallsThatDoNotOverlap(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var calls asynctest.Calls[swap, bool]
		returns := func(out bool) func(context.Context) (bool, error) {
			return func(context.Context) (bool, error) { return out, nil }
		}
		_, _ = calls.Do(ctx, swap{1, 2}, returns(true)) // only right after the next one
		_, _ = calls.Do(ctx, swap{0, 1}, returns(true))
		r := record(t, func(t testing.TB) { asynctest.CheckLinearizable(t, &calls, swaps) })
		require.True(t, r.failed)
	})
}

func TestCheckLinearizableIsDoneWithManyCalls(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var calls asynctest.Calls[int, int]
		var tasks []*async.Task[async.Void]
		sum := 0
		for n := range 12 { // all overlap: 12! orders
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				_, err := calls.Do(ctx, n, func(ctx context.Context) (int, error) {
					yields(ctx, 1)
					sum += n
					yields(ctx, 1)
					return sum + 1, nil // which it never is
				})
				return err
			}))
		}
		wait(ctx, tasks...)
		r := record(t, func(t testing.TB) {
			asynctest.CheckLinearizable(t, &calls, asynctest.Model[int, int, int]{
				Step: func(state, in, out int) (int, bool) { return state + in, len(tasks) > 12 || out >= 0 && state+in < 66 },
			})
		})
		require.True(t, r.failed)
	})
}

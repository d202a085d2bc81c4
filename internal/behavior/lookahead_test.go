package behavior_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// A loop looks ahead in a large batch. What it finds there may be suspended, or
// not have begun, or be no task at all.
func TestALargeBatchOfAllKindsOfEntriesRunsInOrder(t *testing.T) {
	const size = 3000
	var order []int
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		var tasks []async.Waitable
		for i := range size {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				order = append(order, 2*i)
				if i%3 == 0 {
					loop.CallSoon(func() { order = append(order, 2*size+2*i) })
				}
				_ = async.Yield(ctx)
				order = append(order, 2*size+2*i+1)
				return nil
			}))
			if i%5 == 0 {
				loop.CallSoon(func() { order = append(order, 2*i+1) })
			}
		}
		for _, task := range tasks {
			require.NoError(t, task.Wait(ctx))
		}
		return nil
	}))
	require.Len(t, order, 2*size+size/3+size/5)
	require.IsIncreasing(t, order)
}

package twins_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func passOn(ctx context.Context, source, sink *primitives.Queue[int]) error {
	defer sink.Shutdown(false)
	for item, err := range source.All(ctx) {
		if err != nil {
			return err
		}
		if err := async.Yield(ctx); err != nil {
			return err
		}
		if err := sink.Put(ctx, item); err != nil {
			return err
		}
	}
	return nil
}

func passed(ctx context.Context, items []int, size int) (out []int, err error) {
	var source, sink primitives.Queue[int]
	middle := primitives.NewQueue[int](size)
	err = async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		tg.Go(async.Bind2(passOn, &source, middle))
		tg.Go(async.Bind2(passOn, middle, &sink))
		for _, item := range items {
			if err := source.Put(ctx, item); err != nil {
				return err
			}
		}
		source.Shutdown(false)
		return nil
	})
	for item := range sink.All(ctx) {
		out = append(out, item)
	}
	return out, err
}

func TestPipelinePassesEveryItemOnInOrder(t *testing.T) {
	asynctest.Explorer{Plain: true, Schedules: 100}.Explore(t, func(t testing.TB, ctx context.Context) {
		result, err := passed(ctx, []int{1, 2, 3}, 1)
		require.NoError(t, err)
		require.Equal(t, []int{1, 2, 3}, result)
	})
}

package async_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestTaskGroupGoNamedGivesTheNameFromTheBeginning(t *testing.T) {
	for _, eager := range []bool{false, true} {
		r := async.Runner{Clock: asynctest.NewClock(), Eager: eager}
		var names []string
		note := func(ctx context.Context) (string, error) {
			names = append(names, async.CurrentTask(ctx).Name())
			inner := async.Go(ctx, async.Yield)
			return inner.Name(), inner.Wait(ctx)
		}
		require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
			tg := async.TaskGroup{Limit: 1}
			return tg.Do(ctx, func(context.Context) error {
				first := tg.GoNamed("first", func(ctx context.Context) error {
					name, err := note(ctx)
					require.NotEqual(t, "first", name, "the tasks that it starts have names of their own")
					return err
				})
				held := async.GoNamedValueIn(&tg, "held", note)
				require.Equal(t, "first", first.Name())
				require.Equal(t, "held", held.Name())
				return nil
			})
		}))
		require.NoError(t, r.Close())
		require.Equal(t, []string{"first", "held"}, names)
	}
}

func TestTaskGroupGoNamedGivesATaskThatComesTooLateItsName(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var tg async.TaskGroup
		require.NoError(t, tg.Do(ctx, async.Yield))
		late := tg.GoNamed("late", async.Yield)
		require.Equal(t, "late", late.Name())
		require.ErrorIs(t, late.Wait(ctx), async.ErrGroupClosed)
	})
}

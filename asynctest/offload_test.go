package asynctest_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestExploreLetsOffloadsComeBackInEveryOrder(t *testing.T) {
	orders := map[string]bool{}
	asynctest.Explorer{Schedules: 200}.Explore(t, func(t testing.TB, ctx context.Context) {
		order := ""
		var tasks []*async.Task[async.Void]
		for _, name := range []string{"a", "b", "c"} {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				err := async.ToThread(ctx, func(context.Context) error { return nil })
				order += name
				return err
			}))
		}
		_, err := async.Gather(ctx, tasks...)
		require.NoError(t, err)
		orders[order] = true
	})
	require.Len(t, orders, 6)
}

func TestExploreLetsOffloadsWaitForTasks(t *testing.T) {
	asynctest.Explorer{Schedules: 200}.Explore(t, func(t testing.TB, ctx context.Context) {
		items := make(chan int)
		receiver := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			v, _, err := async.Recv(ctx, items)
			return v, err
		})
		sender := async.Go(ctx, func(ctx context.Context) error {
			_ = async.Yield(ctx)
			return async.Send(ctx, items, 42)
		})
		require.NoError(t, sender.Wait(ctx))
		v, err := receiver.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 42, v)
	})
}

func TestExploreTriesOffloadsThatTakeTime(t *testing.T) {
	asynctest.Explorer{Schedules: 100, Late: true}.Explore(t, func(t testing.TB, ctx context.Context) {
		_, err := async.WaitFor(ctx, async.Func(func(ctx context.Context) error {
			return async.ToThread(ctx, func(ctx context.Context) error { return asynctest.Spend(ctx, time.Second) })
		}), time.Minute)
		require.True(t, err == nil || async.IsCanceled(err) || isAny(err, []error{async.ErrTimeout}))
	})
}

func TestExploreLosesNoOffloadOfACanceledTask(t *testing.T) {
	asynctest.Explorer{Schedules: 500, Cancel: true}.Explore(t, func(t testing.TB, ctx context.Context) {
		begun, ended, values := 0, 0, 0
		var tasks []*async.Task[async.Void]
		for range 3 {
			tasks = append(tasks, async.Go(ctx, func(ctx context.Context) error {
				begun++
				defer func() { ended++ }()
				_, err := async.ToThreadValue(ctx, func(context.Context) (int, error) { return 1, nil })
				if err == nil {
					values++
				}
				return err
			}))
		}
		canceled := 0
		for _, task := range tasks {
			if err := task.Wait(ctx); err != nil {
				require.True(t, async.IsCanceled(err))
				canceled++
			}
		}
		require.Equal(t, begun, ended)
		require.Equal(t, 3, values+canceled)
	})
}

func TestExploreFindsAndReplaysARaceWithAnOffload(t *testing.T) {
	body := func(t testing.TB, ctx context.Context) {
		done := false
		worker := async.Go(ctx, func(ctx context.Context) error {
			err := async.ToThread(ctx, func(context.Context) error { return nil })
			done = true
			return err
		})
		yields(ctx, 5)
		require.True(t, done, "five turns should do")
		_ = worker.Wait(ctx)
	}
	synctest.Test(t, func(t *testing.T) {
		found := record(t, func(t testing.TB) { asynctest.Explore(t, body) })
		require.True(t, found.failed, found.all())
		t.Setenv("ASYNC_REPLAY", replayOf(t, found))
		replayed := record(t, func(t testing.TB) { asynctest.Explore(t, body) })
		require.True(t, replayed.failed, replayed.all())
		require.Equal(t, tableOf(found), tableOf(replayed))
	})
}

func TestExploreAsksForABubbleWhereItCannotMakeOne(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
			_ = async.ToThread(ctx, func(context.Context) error { return nil })
		})
	})
	require.Contains(t, r.all(), "call it in synctest.Test")
}

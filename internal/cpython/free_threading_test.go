package cpython

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestFreeThreading_all_tasks_race(t *testing.T) {
	var goroutines sync.WaitGroup
	for range 10 {
		for _, eager := range []bool{false, true} {
			goroutines.Go(func() {
				_, err := told(&async.Runner{Eager: eager}, func(ctx context.Context) error { return hundredTasks(t, ctx) })
				assert.NoError(t, err)
			})
		}
	}
	goroutines.Wait()
}

// hundredTasks has all tasks of its loop in order while others do the same.
func hundredTasks(t *testing.T, ctx context.Context) error {
	fut := async.NewFuture[async.Void](ctx)
	return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		want := []async.AnyTask{async.CurrentTask(ctx)}
		for range 100 {
			want = append(want, tg.Go(fut.Wait).Any())
		}
		all := async.AllTasks(ctx)
		assert.True(t, slices.Equal(want, all))
		for _, task := range all {
			assert.False(t, task.Done())
		}
		return fut.SetResult(async.Void{})
	})
}

func TestFreeThreading_all_tasks_different_thread(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var mu sync.Mutex
		var made []async.AnyTask // guarded by mu
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		check := func(ctx context.Context) error {
			mu.Lock()
			want := made
			mu.Unlock()
			all, err := portal.AllTasks(ctx)
			require.NoError(t, err)
			for _, task := range want {
				require.True(t, slices.Contains(all, task)) // which looks into none of them: they are the loop's
			}
			return nil
		}
		var checks []*async.Task[async.Void]
		for range 10 {
			checks = append(checks, async.Go(ctx, func(ctx context.Context) error { return async.ToThread(ctx, check) }))
		}
		for range 300 {
			mu.Lock()
			made = append(made, async.Go(ctx, async.NewFuture[async.Void](ctx).Wait).Any())
			mu.Unlock()
			yields(t, ctx, 1)
		}
		_, err := async.Gather(ctx, checks...)
		require.NoError(t, err)
	})
}

func TestFreeThreading_run_coroutine_threadsafe(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		results := fromTenThreads(t, ctx, func(ctx context.Context) (int, error) { return 42, async.Yield(ctx) })
		for _, r := range results {
			require.Equal(t, async.Result[int]{Value: 42}, r)
		}
	})
}

func TestFreeThreading_run_coroutine_threadsafe_exception(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		results := fromTenThreads(t, ctx, func(ctx context.Context) (int, error) {
			require.NoError(t, async.Yield(ctx))
			return 0, errMine
		})
		for _, r := range results {
			require.Equal(t, errMine, r.Err)
		}
	})
}

// fromTenThreads submits coro from ten goroutines, which wait for it.
func fromTenThreads(t *testing.T, ctx context.Context, coro async.Coro[int]) []async.Result[int] {
	portal := async.RunningLoop(ctx).Portal()
	defer portal.Close()
	var tasks []*async.Task[int]
	for range 10 {
		tasks = append(tasks, async.GoValue(ctx, func(ctx context.Context) (int, error) {
			return async.ToThreadValue(ctx, func(ctx context.Context) (int, error) {
				return async.Submit(portal, coro).Wait(ctx)
			})
		}))
	}
	results, err := async.GatherSettled(ctx, tasks...)
	require.NoError(t, err)
	require.Len(t, results, 10)
	return results
}

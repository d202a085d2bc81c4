package async_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestTaskGroupPanicCancelsTheOthersAndGoesOnInTheOwner(t *testing.T) {
	for name, tg := range map[string]*async.TaskGroup{"": {}, "supervised": {Supervise: true}} {
		t.Run(name, func(t *testing.T) {
			var ended record
			told := virtuallyWith(t, async.Runner{}, func(ctx context.Context) {
				v := panicOf(func() {
					_ = tg.Do(ctx, func(ctx context.Context) error {
						tg.Go(ended.Traced("a"))
						tg.Go(func(ctx context.Context) error { return blowUp(ctx) })
						return ended.Traced("body")(ctx)
					})
				})
				require.IsType(t, &async.PanicError{}, v)
				require.Equal(t, "bang", v.(*async.PanicError).Value)
				require.Contains(t, string(v.(*async.PanicError).Stack), "async_test.blowUp")
			})
			require.Equal(t, record{"a", "body"}, ended)
			require.Equal(t, []string{"panic in a task"}, told)
		})
	}
}

func TestTaskGroupPanicGoesThroughNestedGroupsWithItsFirstStack(t *testing.T) {
	told := virtuallyWith(t, async.Runner{}, func(ctx context.Context) {
		v := panicOf(func() {
			_ = group(ctx, func(_ context.Context, outer *async.TaskGroup) error {
				outer.Go(func(ctx context.Context) error {
					return group(ctx, func(_ context.Context, inner *async.TaskGroup) error {
						inner.Go(func(ctx context.Context) error { return blowUp(ctx) })
						return nil
					})
				})
				return nil
			})
		})
		require.IsType(t, &async.PanicError{}, v)
		require.Equal(t, "Task-3", v.(*async.PanicError).Task)
		require.Contains(t, string(v.(*async.PanicError).Stack), "async_test.blowUp")
	})
	require.Equal(t, []string{"panic in a task"}, told)
}

func TestTaskGroupPanicReportsTheErrorsItReplaces(t *testing.T) {
	told := virtuallyWith(t, async.Runner{}, func(ctx context.Context) {
		v := panicOf(func() {
			_ = group(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				tg.Go(stubborn(ms, errCrash))
				tg.Go(func(ctx context.Context) error { return blowUp(ctx) })
				return nil
			})
		})
		require.IsType(t, &async.PanicError{}, v)
	})
	require.Equal(t, []string{"panic in a task", "error in a task group that a panic ended"}, told)
}

func TestTaskGroupPanicOfTheBodyCancelsAndAwaitsTheTasksFirst(t *testing.T) {
	var ended record
	told := virtuallyWith(t, async.Runner{}, func(ctx context.Context) {
		require.Equal(t, "bang", panicOf(func() {
			_ = group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error {
					_ = forever(ctx)
					defer ended.Add("task")
					return async.Sleep(async.Uncancel(ctx), ms)
				})
				tg.Go(stubborn(0, errCrash))
				require.NoError(t, async.Yield(ctx))
				panic("bang")
			})
		}))
		ended.Add("owner")
		require.Equal(t, ms, now(ctx))
	})
	require.Equal(t, record{"task", "owner"}, ended)
	require.Equal(t, []string{"error in a task group that a panic ended"}, told)
}

func TestTaskGroupGoexitOfTheBodyCancelsAndAwaitsTheTasksFirst(t *testing.T) {
	var ended record
	require.True(t, endsByGoexit(func() {
		r := async.Runner{Clock: asynctest.NewClock()}
		_ = r.Run(t.Context(), func(ctx context.Context) error {
			defer ended.Add("main")
			return group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				defer ended.Add("body")
				tg.Go(func(ctx context.Context) error {
					_ = forever(ctx)
					defer ended.Add("task")
					return async.Sleep(async.Uncancel(ctx), ms)
				})
				require.NoError(t, async.Yield(ctx))
				runtime.Goexit()
				return nil
			})
		})
		ended.Add("not here")
	}))
	require.Equal(t, record{"body", "task", "main"}, ended)
}

func TestTaskGroupGoexitInATaskEndsTheRunAndIsNoSuccess(t *testing.T) {
	for name, tg := range map[string]*async.TaskGroup{"": {}, "supervised": {Supervise: true}, "limited": {Limit: 1}} {
		t.Run(name, func(t *testing.T) {
			var ended record
			var told []string
			require.True(t, endsByGoexit(func() {
				r := async.Runner{Clock: asynctest.NewClock(), OnError: func(e *async.ErrorEvent) { told = append(told, e.Message) }}
				_ = r.Run(t.Context(), func(ctx context.Context) error {
					defer ended.Add("main")
					err := tg.Do(ctx, func(ctx context.Context) error {
						tg.Go(goexit)
						tg.Go(ended.Traced("sibling"))
						return nil
					})
					require.Error(t, err)
					return err
				})
				ended.Add("not here")
			}))
			require.Equal(t, "main", ended[len(ended)-1])
			require.Empty(t, told)
		})
	}
}

func TestTaskGroupGoexitInATaskWithoutAGoroutineToEndIsItsError(t *testing.T) {
	var r async.Runner
	portal := r.Start(t.Context())
	pending := async.Submit(portal, func(ctx context.Context) (int, error) {
		return 1, group(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(goexit)
			tg.Go(forever)
			return nil
		})
	})
	_, err := pending.Wait(t.Context())
	require.Equal(t, []error{async.ErrGoexit}, groupErrors(t, err))
	require.NoError(t, r.Close())
}

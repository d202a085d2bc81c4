package cpython

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestTaskGroup_taskgroup_01(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var t1, t2 *async.Task[int]
		require.NoError(t, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			t1 = async.GoValueIn(tg, after(100*ms, 42))
			t2 = async.GoValueIn(tg, after(200*ms, 11))
			return nil
		}))
		requireResult(t, t1, 42)
		requireResult(t, t2, 11)
	})
}

func TestTaskGroup_taskgroup_02(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var t1, t2 *async.Task[int]
		require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			t1 = async.GoValueIn(tg, after(100*ms, 42))
			err := async.Sleep(ctx, 150*ms)
			t2 = async.GoValueIn(tg, after(200*ms, 11))
			return err
		}))
		requireResult(t, t1, 42)
		requireResult(t, t2, 11)
	})
}

func TestTaskGroup_taskgroup_03(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var t1, t2 *async.Task[int]
		require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			t1 = async.GoValueIn(tg, after(time.Second, 42))
			err := async.Sleep(ctx, 150*ms)
			t1.Cancel() // of one child: all else goes on
			t2 = async.GoValueIn(tg, after(200*ms, 11))
			return err
		}))
		require.True(t, t1.Canceled())
		requireResult(t, t2, 11)
	})
}

func TestTaskGroup_taskgroup_04(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var sibling *async.Task[async.Void]
		interrupted, passed := false, false
		err := async.Go(ctx, func(ctx context.Context) error {
			err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				tg.Go(failAfter(100*ms, errMine))
				sibling = tg.Go(func(ctx context.Context) error {
					err := async.Sleep(ctx, time.Second)
					interrupted = async.IsCanceled(err)
					return err
				})
				return nil
			})
			passed = err == nil
			return err
		}).Wait(ctx)
		requireGroup(t, err, errMine)
		require.False(t, passed)
		require.True(t, interrupted)
		require.True(t, sibling.Canceled())
	})
}

func TestTaskGroup_cancel_children_on_child_error(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var interrupted record
		err := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				for range 3 {
					tg.Go(failAfter(100*ms, errMine))
				}
				tg.Go(noting(&interrupted, "child", 5*time.Second))
				return noting(&interrupted, "body", 10*time.Second)(ctx)
			})
		}).Wait(ctx)
		requireGroup(t, err, errMine, errMine, errMine) // of one instant
		require.Equal(t, record{"child", "body"}, interrupted)
	})
}

func TestTaskGroup_cancellation(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var interrupted record
		r := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				for range 5 {
					tg.Go(noting(&interrupted, "child", 5*time.Second))
				}
				return nil
			})
		})
		requireCanceled(t, cancelAfter(t, ctx, 100*ms, r))
		require.Len(t, interrupted, 5)
	})
}

func TestTaskGroup_taskgroup_07(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var interrupted record
		r := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				for range 5 {
					tg.Go(noting(&interrupted, "child", 5*time.Second))
				}
				return noting(&interrupted, "body", 10*time.Second)(ctx)
			})
		})
		requireCanceled(t, cancelAfter(t, ctx, 100*ms, r))
		require.Equal(t, record{"body", "child", "child", "child", "child", "child"}, interrupted)
	})
}

func TestTaskGroup_taskgroup_09(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		testBodyFails(t, ctx, failAfter(100*ms, errMine))
	})
}

func TestTaskGroup_taskgroup_10(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		testBodyFails(t, ctx, fail(errMine))
	})
}

func TestTaskGroup_taskgroup_17(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		var interrupted record
		r := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, _ *async.TaskGroup) error {
				return noting(&interrupted, "body", 10*time.Second)(ctx)
			})
		})
		requireCanceled(t, cancelAfter(t, ctx, 100*ms, r))
		require.Equal(t, record{"body"}, interrupted)
	})
}

func TestTaskGroup_taskgroup_22(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		r := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				tg.Go(sleep(time.Second))
				tg.Go(sleep(2 * time.Second))
				return nil
			})
		})
		requireCanceled(t, cancelAfter(t, ctx, 50*ms, r))
	})
}

func TestTaskGroup_taskgroup_23(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		others := func() int { return len(async.AllTasks(ctx)) - 1 }
		require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			for count := range 10 {
				require.NoError(t, async.Sleep(ctx, 100*ms))
				tg.Go(sleep(300 * ms))
				if count == 5 {
					require.Less(t, others(), 5) // those that have ended are gone
				}
			}
			require.NoError(t, async.Sleep(ctx, 1350*ms))
			require.Zero(t, others())
			return nil
		}))
	})
}

func TestTaskGroup_taskgroup_24(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		took := elapsed(ctx, func() {
			require.NoError(t, async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error {
					err := async.Sleep(ctx, 100*ms)
					tg.Go(sleep(100 * ms))
					tg.Go(sleep(200 * ms))
					return err
				})
				return nil
			}))
		})
		require.Equal(t, 300*ms, took)
	})
}

func TestTaskGroup_taskgroup_25(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		heads := 0
		err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			var hydra async.Func
			hydra = func(ctx context.Context) error {
				heads++
				if err := async.Sleep(ctx, 10*ms); err != nil {
					return err
				}
				tg.Go(hydra)
				tg.Go(hydra)
				return nil
			}
			tg.Go(hydra)
			tg.Go(func(ctx context.Context) error {
				for heads < 10 {
					require.NoError(t, async.Sleep(ctx, 15*ms))
				}
				return errMine
			})
			return nil
		})
		requireGroup(t, err, errMine)
		require.GreaterOrEqual(t, heads, 10)
	})
}

// testBodyFails runs a group of two whose body fails with errMine.
func testBodyFails(t *testing.T, ctx context.Context, body async.Func) {
	var t1, t2 *async.Task[int]
	err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		t1 = async.GoValueIn(tg, after(time.Second, 42))
		t2 = async.GoValueIn(tg, after(2*time.Second, 11))
		return body(ctx)
	})
	requireGroup(t, err, errMine)
	require.True(t, t1.Canceled())
	require.True(t, t2.Canceled())
}

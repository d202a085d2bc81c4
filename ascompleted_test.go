package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestAsCompletedGivesTheOriginalsInTheOrderTheyEnd(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b, c := async.GoValue(ctx, after(3*ms, 1)), async.GoValue(ctx, failing(ms, errBoom)), async.GoValue(ctx, after(2*ms, 3))
		var order []*async.Task[int]
		var times []time.Duration
		for task, err := range async.AsCompleted(ctx, a, b, c) {
			require.NoError(t, err)
			require.True(t, task.Done())
			order, times = append(order, task), append(times, now(ctx))
		}
		require.Equal(t, []*async.Task[int]{b, c, a}, order)
		require.Equal(t, []time.Duration{ms, 2 * ms, 3 * ms}, times)
		require.Equal(t, errBoom, b.Err())
	})
}

func TestAsCompletedGivesWhatEndsInOneTurnInTheOrderItEnds(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		async.RunningLoop(ctx).CallSoon(func() {
			_ = b.SetResult(2)
			_ = a.SetResult(1)
		})
		var order []int
		for f, err := range async.AsCompleted(ctx, a, b) {
			require.NoError(t, err)
			v, err := f.Result()
			require.NoError(t, err)
			order = append(order, v)
		}
		require.Equal(t, []int{2, 1}, order)
	})
}

func TestAsCompletedGivesWhatStandsThereTwiceOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b := async.GoValue(ctx, after(0, 1)), async.GoValue(ctx, after(0, 2))
		n := 0
		for range async.AsCompleted(ctx, a, b, a, b) {
			n++
		}
		require.Equal(t, 2, n)
	})
}

func TestAsCompletedOfNothingEndsAtOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		for range async.AsCompleted[async.AnyTask](ctx) {
			t.Error("there is something")
		}
	})
}

func TestAsCompletedResumesTwoTurnsAfterAnEnd(t *testing.T) {
	for _, when := range []int{0, 3} { // done before, or ended three turns later
		virtually(t, func(ctx context.Context) {
			count := countTurns(ctx)
			f, ended := async.NewFuture[int](ctx), 0
			if when == 0 {
				require.NoError(t, f.SetResult(1))
			} else {
				count.At(when, func() { _ = f.SetResult(1); ended = count.N })
			}
			for range async.AsCompleted(ctx, f) {
				require.Equal(t, 2, count.N-ended)
			}
			count.Stop()
		})
	}
}

func TestAsCompletedDoesNotSuspendForWhatEndedDuringTheBody(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b := async.GoValue(ctx, after(ms, 1)), async.GoValue(ctx, after(2*ms, 2))
		var times []time.Duration
		for _, err := range async.AsCompleted(ctx, a, b) {
			require.NoError(t, err)
			times = append(times, now(ctx))
			require.NoError(t, async.Sleep(ctx, 4*ms))
		}
		require.Equal(t, []time.Duration{ms, 5 * ms}, times)
	})
}

func TestAsCompletedThatIsCanceledEndsWithTheErrorAndLeavesTheTasksAlone(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		child := async.GoValue(ctx, after(2*ms, 1))
		n := 0
		iteration := async.Go(ctx, func(ctx context.Context) error {
			for w, err := range async.AsCompleted(ctx, child, async.GoValue(ctx, after(3*ms, 2))) {
				require.ErrorIs(t, err, errBoom)
				require.Nil(t, w)
				n++
			}
			return nil
		})
		async.RunningLoop(ctx).CallLater(ms, func() { iteration.CancelCause(errBoom) })
		require.NoError(t, iteration.Wait(ctx))
		require.Equal(t, 1, n)
		require.False(t, child.Done())
		require.NoError(t, child.Wait(ctx))
	})
}

func TestAsCompletedGoesOnWhereABreakHasLeftIt(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b := async.GoValue(ctx, after(ms, 1)), async.GoValue(ctx, after(2*ms, 2))
		all := async.AsCompleted(ctx, a, b)
		var order []*async.Task[int]
		collect := func(task *async.Task[int], err error) bool {
			require.NoError(t, err)
			order = append(order, task)
			return false
		}
		all(collect)
		require.False(t, b.Done())
		require.Equal(t, []*async.Task[int]{a}, order)
		all(collect)
		require.Equal(t, []*async.Task[int]{a, b}, order)
		all(collect)
		require.Len(t, order, 2, "there is no more")
	})
}

func TestAsCompletedGivesWhatEndedDuringABreakInTheOrderItEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b, c := async.NewFuture[int](ctx), async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		all := async.AsCompleted(ctx, a, b, c)
		_ = c.SetResult(3)
		for f := range all {
			require.Same(t, c, f)
			break
		}
		_ = b.SetResult(2)
		_ = async.Yield(ctx)
		_ = a.SetResult(1)
		var order []*async.Future[int]
		for f, err := range all {
			require.NoError(t, err)
			order = append(order, f)
		}
		require.Equal(t, []*async.Future[int]{b, a}, order)
	})
}

func TestAsCompletedWatchesFromTheCall(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b := async.GoValue(ctx, after(2*ms, 1)), async.GoValue(ctx, after(ms, 2))
		all := async.AsCompleted(ctx, a, b)
		require.NoError(t, async.Sleep(ctx, time.Second))
		var order []*async.Task[int]
		for task, err := range all {
			require.NoError(t, err)
			require.Equal(t, time.Second, now(ctx))
			order = append(order, task)
		}
		require.Equal(t, []*async.Task[int]{b, a}, order)
	})
}

func TestAsCompletedStartsCoroutinesWhenItIsCalled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		all := async.AsCompleted(ctx, after(2*ms, 1), failing(3*ms, errBoom), after(ms, 3))
		require.Len(t, async.AllTasks(ctx), 4)
		var r record
		for c, err := range all {
			require.NoError(t, err)
			before := now(ctx)
			v, err := c.Await(ctx)
			r.Add("%v %d %v", before, v, err)
			require.Equal(t, before, now(ctx), "it has ended")
			_, _ = c(ctx) // nothing runs a second time
		}
		require.Equal(t, record{"1ms 3 <nil>", "2ms 1 <nil>", "3ms 0 boom"}, r)

		ran := 0
		f := async.Func(func(context.Context) error { ran++; return errBoom })
		for c, err := range async.AsCompleted(ctx, f, f) {
			require.NoError(t, err)
			require.Equal(t, errBoom, c.Wait(ctx))
		}
		require.Equal(t, 2, ran)
	})
}

func TestAsCompletedTakesTasksAndCoroutinesTogether(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task, f := async.GoValue(ctx, after(ms, 1)), async.NewFuture[string](ctx)
		async.RunningLoop(ctx).CallLater(2*ms, func() { _ = f.SetResult("x") })
		var order []async.Completable
		for c, err := range async.AsCompleted[async.Completable](ctx, after(3*ms, 1), f, task) {
			require.NoError(t, err)
			require.NoError(t, c.Wait(ctx))
			order = append(order, c)
		}
		require.Equal(t, []async.Completable{task, f}, order[:2])
		require.IsType(t, async.Coro[int](nil), order[2])
	})
}

func TestAsCompletedStartsNothingUnderAContextThatWasDoneBefore(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		n := 0
		_ = async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			_ = async.Yield(ctx)
			for c, err := range async.AsCompleted(ctx, async.Func(never(t))) {
				require.Nil(t, c)
				require.True(t, async.IsCanceled(err))
				n++
			}
			return nil
		}).Wait(ctx)
		require.Equal(t, 1, n)
	})
}

func TestAsCompletedWaitAndGatherLeaveNothingWithWhatTheyWaitedFor(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		lasting, done := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		require.NoError(t, done.SetResult(1))
		for name, giveUp := range map[string]func(){
			"AsCompleted": func() {
				for range async.AsCompleted(ctx, lasting, done) {
					break
				}
			},
			"Wait": func() { _, _, _ = async.Wait(ctx, async.FirstCompleted, lasting, done) },
			"Shield": func() {
				_ = async.Timeout(ctx, ms, func(ctx context.Context) error { _, err := async.Shield(ctx, lasting); return err })
			},
		} {
			giveUp()
			before := heap()
			for range 5_000 {
				giveUp()
			}
			require.Less(t, heap(), before+200_000, name)
		}
	})
}

func TestAsCompletedEndsWithATimeoutAroundIt(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b := async.GoValue(ctx, after(ms, 1)), async.GoValue(ctx, after(time.Hour, 2))
		n := 0
		err := async.Timeout(ctx, 2*ms, func(ctx context.Context) error {
			for _, err := range async.AsCompleted(ctx, a, b) {
				if err != nil {
					return err
				}
				n++
			}
			return nil
		})
		require.Equal(t, async.ErrTimeout, err)
		require.Equal(t, 1, n)
		require.False(t, b.Done())
	})
}

func TestAsCompletedDoesNotRetrieveTheErrorItGives(t *testing.T) {
	told := virtuallyWith(t, async.Runner{}, func(ctx context.Context) {
		for range async.AsCompleted(ctx, async.GoValue(ctx, failing(0, errBoom))) {
			continue
		}
	})
	require.Equal(t, []string{"error was never retrieved"}, told)
}

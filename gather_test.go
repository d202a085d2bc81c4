package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestGatherReturnsTheValuesInTheOrderOfTheArguments(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		values, err := async.Gather(ctx, after(3*ms, "a"), after(1*ms, "b"), after(2*ms, "c"))
		require.NoError(t, err)
		require.Equal(t, []string{"a", "b", "c"}, values)
		require.Equal(t, 3*ms, now(ctx))
	})
}

func TestGatherStartsWhatIsNoTaskInOrder(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var begun record
		coro := func(name string) async.Func {
			return func(context.Context) error { begun.Add("%s", name); return nil }
		}
		task := async.Go(ctx, coro("task"))
		_, err := async.Gather[async.Awaitable[async.Void]](ctx, coro("a"), task, coro("b"))
		require.NoError(t, err)
		require.Equal(t, record{"task", "a", "b"}, begun)
	})
}

// own is an awaitable that is none of the library's.
type own struct{ v int }

func (o own) Await(ctx context.Context) (int, error) { return async.SleepValue(ctx, ms, o.v) }

func TestGatherTakesAwaitablesOfAnyKind(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.GoValue(ctx, after(ms, 2))
		async.RunningLoop(ctx).CallLater(ms, func() { _ = f.SetResult(1) })
		values, err := async.Gather[async.Awaitable[int]](ctx, f, task, after(ms, 3), own{4})
		require.NoError(t, err)
		require.Equal(t, []int{1, 2, 3, 4}, values)
		require.Equal(t, ms, now(ctx))
	})
}

func TestGatherReturnsTheFirstErrorAndTheOthersGoOn(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		slow := async.GoValue(ctx, after(4*ms, 1))
		values, err := async.Gather[async.Awaitable[int]](ctx, failing(3*ms, errCrash), failing(2*ms, errBoom), slow)
		require.Equal(t, errBoom, err)
		require.Nil(t, values)
		require.Equal(t, 2*ms, now(ctx))
		require.False(t, slow.Done())
		v, err := slow.Await(ctx) // the crash meanwhile is not reported
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

func TestGatherOfNothingReturnsAtOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		require.Zero(t, count.During(func() {
			values, err := async.Gather[async.Coro[int]](ctx)
			require.NoError(t, err)
			require.Equal(t, []int{}, values)
			results, err := async.GatherSettled[async.Coro[int]](ctx)
			require.NoError(t, err)
			require.Equal(t, []async.Result[int]{}, results)
		}))
		count.Stop()
	})
}

func TestGatherAwaitsATaskThatStandsThereTwiceOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task, f := async.GoValue(ctx, after(ms, 7)), async.NewFuture[int](ctx)
		task.OnDone(func() { _ = f.SetResult(8) })
		values, err := async.Gather[async.Awaitable[int]](ctx, task, f, task, f, task)
		require.NoError(t, err)
		require.Equal(t, []int{7, 8, 7, 8, 7}, values)
		values, err = async.Gather(ctx, task, task)
		require.NoError(t, err)
		require.Equal(t, []int{7, 7}, values)
		results, err := async.GatherSettled[async.Awaitable[int]](ctx, task, failing(0, errBoom), task)
		require.NoError(t, err)
		require.Equal(t, []async.Result[int]{{Value: 7}, {Err: errBoom}, {Value: 7}}, results)
	})
}

func TestGatherRunsACoroutineThatStandsThereTwiceTwice(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		n := 0
		coro := async.Coro[int](func(context.Context) (int, error) { n++; return n, nil })
		values, err := async.Gather(ctx, coro, coro)
		require.NoError(t, err)
		require.Equal(t, []int{1, 2}, values)
	})
}

func TestGatherResumesAsManyTurnsAfterTheLastEndAsInAsyncio(t *testing.T) {
	boom := func(f *async.Future[int]) { _ = f.SetError(errBoom) }
	set := func(f *async.Future[int]) { _ = f.SetResult(1) }
	for _, c := range []struct {
		name    string
		end     func(*async.Future[int])
		settled bool
	}{{"a value", set, false}, {"an error", boom, false}, {"a value, settled", set, true}, {"an error, settled", boom, true}} {
		t.Run(c.name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				count := countTurns(ctx)
				f, ended := async.NewFuture[int](ctx), 0
				count.At(3, func() { c.end(f); ended = count.N })
				if c.settled {
					_, _ = async.GatherSettled(ctx, f)
				} else {
					_, _ = async.Gather(ctx, f)
				}
				require.Equal(t, 2, count.N-ended)
				count.Stop()
			})
		})
	}
}

func TestGatherOfWhatIsDoneDoesNotSuspend(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		good, bad, pending := async.NewFuture[int](ctx), async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		require.NoError(t, good.SetResult(1))
		require.NoError(t, bad.SetError(errBoom))
		require.Zero(t, count.During(func() {
			values, err := async.Gather(ctx, good, good)
			require.NoError(t, err)
			require.Equal(t, []int{1, 1}, values)
			_, err = async.Gather(ctx, pending, good, bad)
			require.Equal(t, errBoom, err)
		}))
		require.False(t, pending.Done())
		count.Stop()
	})
}

func TestGatherTakesAChildThatWasCanceledForAnError(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		child, sibling := async.GoValue(ctx, after(time.Hour, 1)), async.GoValue(ctx, after(ms, 2))
		gathering := async.GoValue(ctx, func(ctx context.Context) ([]int, error) { return async.Gather(ctx, child, sibling) })
		require.NoError(t, async.Yield(ctx))
		child.CancelCause(errBoom)
		err := gathering.Wait(ctx)
		require.True(t, async.IsCanceled(err))
		require.ErrorIs(t, err, errBoom)
		require.True(t, gathering.Canceled()) // by the error it returned
		require.Zero(t, gathering.Canceling())
		require.NoError(t, sibling.Wait(ctx))
	})
}

func TestGatherThatIsCanceledCancelsAllInOrderAndReturnsWithTheFirstToEnd(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var ended record
		slow := func(ctx context.Context) error {
			err := forever(ctx)
			require.NoError(t, async.Sleep(async.Uncancel(ctx), ms))
			ended.Add("slow")
			return err
		}
		gathering := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Gather(ctx, async.Func(slow), async.Func(ended.Traced("a")), async.Func(ended.Traced("b")))
			ended.Add("Gather")
			return err
		})
		require.NoError(t, async.Sleep(ctx, ms))
		gathering.CancelCause(errBoom)
		require.ErrorIs(t, gathering.Wait(ctx), errBoom)
		require.Equal(t, record{"a", "b", "Gather"}, ended)
		require.NoError(t, async.Sleep(ctx, 2*ms))
		require.Equal(t, record{"a", "b", "Gather", "slow"}, ended)
	})
}

func TestGatherSettledThatIsCanceledReturnsWhenAllHaveEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		slow := async.Coro[int](func(ctx context.Context) (int, error) {
			_ = forever(ctx)
			return 1, async.Sleep(async.Uncancel(ctx), ms) // a value, in spite of the cancellation
		})
		gathering := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.GatherSettled(ctx, slow, slow)
			return err
		})
		require.NoError(t, async.Sleep(ctx, ms))
		gathering.CancelCause(errBoom)
		require.ErrorIs(t, gathering.Wait(ctx), errBoom)
		require.True(t, gathering.Canceled())
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestGatherThatIsCanceledReturnsThreeTurnsLater(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		canceled, resumed := 0, 0
		gathering := async.Go(ctx, func(ctx context.Context) error {
			defer func() { resumed = count.N }()
			_, err := async.Gather(ctx, async.Func(forever), async.Func(forever))
			return err
		})
		count.At(4, func() { canceled = count.N; gathering.Cancel() })
		require.True(t, async.IsCanceled(gathering.Wait(ctx)))
		require.Equal(t, 3, resumed-canceled)
		count.Stop()
	})
}

func TestGatherCancellationBeatsTheValuesItHasNotTaken(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		f := async.NewFuture[int](ctx)
		gathering := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Gather(ctx, f, f)
			return err
		})
		require.NoError(t, async.Yield(ctx))
		require.NoError(t, f.SetResult(1))
		gathering.Cancel()
		require.True(t, async.IsCanceled(gathering.Wait(ctx)))
		count.Stop()
	})
}

func TestGatherCancellationBeatsTheErrorItHasNotTakenAndLeavesTheOthersAlone(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		f, sibling := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
		gathering := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Gather(ctx, f, sibling)
			return err
		})
		count.At(3, func() {
			_ = f.SetError(errBoom)
			f.OnDone(func() { gathering.Cancel() }) // after Gather has heard of it
		})
		require.True(t, async.IsCanceled(gathering.Wait(ctx)))
		require.False(t, sibling.Done())
		count.Stop()
	})
}

func TestGatherSettledGivesErrorsAsResults(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		child := async.GoValue(ctx, after(time.Hour, 1))
		async.RunningLoop(ctx).CallLater(2*ms, func() { child.Cancel() })
		results, err := async.GatherSettled[async.Awaitable[int]](ctx, failing(3*ms, errBoom), after(ms, 1), child, failing(0, errCrash))
		require.NoError(t, err)
		require.Equal(t, async.Result[int]{Err: errBoom}, results[0])
		require.Equal(t, async.Result[int]{Value: 1}, results[1])
		require.True(t, async.IsCanceled(results[2].Err))
		require.Equal(t, async.Result[int]{Err: errCrash}, results[3])
		require.Equal(t, 3*ms, now(ctx))
	})
}

func TestGather2And3KeepTheTypesApart(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[bool](ctx)
		require.NoError(t, f.SetResult(true))
		n, s, err := async.Gather2(ctx, after(ms, 1), async.GoValue(ctx, after(ms, "one")))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, "one", s)
		n, s, b, err := async.Gather3(ctx, after(ms, 1), after(ms, "one"), f)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, "one", s)
		require.True(t, b)
		n, s, err = async.Gather2(ctx, after(ms, 1), async.Coro[string](func(context.Context) (string, error) { return "", errBoom }))
		require.Equal(t, errBoom, err)
		require.Zero(t, n)
		require.Zero(t, s)
		task := async.GoValue(ctx, after(ms, 5))
		n, m, err := async.Gather2(ctx, task, task)
		require.NoError(t, err)
		require.Equal(t, []int{5, 5}, []int{n, m})
	})
}

func TestGather2And3TakeAsManyTurnsAsGather(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		for _, gather := range []func(f *async.Future[int]) error{
			func(f *async.Future[int]) error { _, _, err := async.Gather2(ctx, f, f); return err },
			func(f *async.Future[int]) error { _, _, _, err := async.Gather3(ctx, f, f, f); return err },
		} {
			f, ended := async.NewFuture[int](ctx), 0
			count.At(3, func() { _ = f.SetResult(1); ended = count.N })
			require.NoError(t, gather(f))
			require.Equal(t, 2, count.N-ended)
		}
		count.Stop()
	})
}

func TestGatherPanicOfAChildGoesOnWithItsStack(t *testing.T) {
	for name, gather := range map[string]func(ctx context.Context, aws ...async.Func){
		"Gather":        func(ctx context.Context, aws ...async.Func) { _, _ = async.Gather(ctx, aws...) },
		"GatherSettled": func(ctx context.Context, aws ...async.Func) { _, _ = async.GatherSettled(ctx, aws...) },
		"Race":          func(ctx context.Context, aws ...async.Func) { _, _ = async.Race(ctx, aws...) },
		"Any":           func(ctx context.Context, aws ...async.Func) { _, _ = async.Any(ctx, aws...) },
	} {
		t.Run(name, func(t *testing.T) {
			told := virtuallyWith(t, async.Runner{}, func(ctx context.Context) {
				v := panicOf(func() {
					gather(ctx, forever, func(ctx context.Context) error { return blowUp(ctx) }, forever)
				})
				require.IsType(t, &async.PanicError{}, v)
				require.Equal(t, "bang", v.(*async.PanicError).Value)
				require.Contains(t, string(v.(*async.PanicError).Stack), "async_test.blowUp")
			})
			require.Equal(t, []string{"panic in a task"}, told)
		})
	}
}

// blowUp panics after a while.
func blowUp(ctx context.Context) error {
	if err := async.Sleep(ctx, ms); err != nil {
		return err
	}
	panic("bang")
}

func TestGatherPanicAfterItHasFailedIsNotLost(t *testing.T) {
	var r async.Runner
	r.Clock, r.OnError = asynctest.NewClock(), func(*async.ErrorEvent) {}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		_, err := async.Gather(ctx, failing(0, errBoom), async.Coro[int](func(ctx context.Context) (int, error) { return 0, blowUp(ctx) }))
		require.Equal(t, errBoom, err)
		return async.Sleep(ctx, 2*ms)
	}))
	require.IsType(t, &async.PanicError{}, panicOf(func() { _ = r.Close() }))
}

func TestGatherGoexitInAChildEndsTheRun(t *testing.T) {
	require.True(t, endsByGoexit(func() {
		_ = async.Run(t.Context(), func(ctx context.Context) error {
			_, err := async.GatherSettled(ctx, async.Func(goexit), async.Func(forever))
			return err
		})
	}))
}

func TestGatherOfEachOtherIsADeadlock(t *testing.T) {
	r := async.Runner{Clock: asynctest.NewClock()}
	err := r.Run(t.Context(), func(ctx context.Context) error {
		var a, b *async.Task[async.Void]
		a = async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Gather(ctx, b, async.Go(ctx, forever))
			return err
		})
		b = async.Go(ctx, func(ctx context.Context) error { return a.Wait(ctx) })
		return b.Wait(ctx)
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.ErrorContains(t, err, "waits for tasks in Gather")
	require.ErrorContains(t, err, "They wait for each other:")
	require.NoError(t, r.Close())
}

func TestGatherTimeoutInAChildIsItsError(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		late := async.Func(func(ctx context.Context) error {
			ctx, cancel := async.WithTimeout(ctx, ms)
			defer cancel()
			return forever(ctx)
		})
		gathering := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Gather(ctx, late, async.Func(func(ctx context.Context) error { return async.Sleep(ctx, 2*ms) }))
			return err
		})
		require.ErrorIs(t, gathering.Wait(ctx), async.ErrTimeout)
		require.False(t, gathering.Canceled())
	})
}

func TestGatherUnderADeadlineCancelsAllAndTimesOut(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b := async.Go(ctx, forever), async.Go(ctx, forever)
		limited, cancel := async.WithTimeout(ctx, ms)
		defer cancel()
		_, err := async.Gather(limited, a, b)
		require.ErrorIs(t, err, async.ErrTimeout)
		_, _, err = async.Wait(ctx, async.AllCompleted, a, b)
		require.NoError(t, err)
		require.True(t, a.Canceled())
		require.True(t, b.Canceled())
		_, err = async.GatherSettled(limited, async.Func(forever))
		require.ErrorIs(t, err, async.ErrTimeout)
	})
}

func TestGatherOfEagerTasksThatNeverSuspendDoesNotSuspend(t *testing.T) {
	require.Empty(t, virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
		count := countTurns(ctx)
		require.Zero(t, count.During(func() {
			value := async.Coro[int](func(context.Context) (int, error) { return 1, nil })
			values, err := async.Gather(ctx, value, value)
			require.NoError(t, err)
			require.Equal(t, []int{1, 1}, values)
			_, err = async.Gather(ctx, async.Coro[int](func(context.Context) (int, error) { return 0, errBoom }), after(time.Hour, 1))
			require.Equal(t, errBoom, err)
		}))
		count.Stop()
	}))
}

func TestGatherChildThatEndsWhileOthersAreStartedHasItsTurn(t *testing.T) {
	require.Empty(t, virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
		set := func(f *async.Future[int]) async.Coro[int] {
			return func(context.Context) (int, error) { return 2, f.SetResult(1) }
		}
		count := countTurns(ctx)
		for _, c := range []struct {
			turns int // as many as in asyncio, with its eager_task_factory
			child func(f *async.Future[int]) async.Awaitable[int]
		}{
			{2, func(f *async.Future[int]) async.Awaitable[int] { return f }},
			{3, func(f *async.Future[int]) async.Awaitable[int] { return async.Coro[int](f.Await) }},
		} {
			f := async.NewFuture[int](ctx)
			require.Equal(t, c.turns, count.During(func() {
				values, err := async.Gather(ctx, c.child(f), async.Awaitable[int](set(f)))
				require.NoError(t, err)
				require.Equal(t, []int{1, 2}, values)
			}))
		}
		count.Stop()
	}))
}

func TestGatherAndOthersOnOneFutureHaveTheirTurnsInTheOrderTheyCame(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var tr record
		f := async.NewFuture[int](ctx)
		for _, name := range []string{"first", "second"} {
			async.Go(ctx, func(ctx context.Context) error {
				_, err := async.Gather(ctx, f)
				tr.Add("%s", name)
				return err
			})
			f.OnDone(func() { tr.Add("before %s", name) })
			_ = async.Yield(ctx)
			f.OnDone(func() { tr.Add("after %s", name) })
		}
		_ = f.SetResult(1)
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, record{"before first", "after first", "before second", "after second", "first", "second"}, tr)
	})
}

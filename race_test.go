package async_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestRaceReturnsTheFirstToEndAndCancelsTheOthersInOrder(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var ended record
		v, err := async.Race(ctx, async.Func(ended.Traced("a")), func(ctx context.Context) error { return async.Sleep(ctx, ms) }, ended.Traced("b"))
		require.NoError(t, err)
		require.Equal(t, async.Void{}, v)
		require.Equal(t, record{"a", "b"}, ended)
		require.Equal(t, ms, now(ctx))
		require.Len(t, async.AllTasks(ctx), 1)
	})
}

func TestRaceReturnsTheErrorOfTheFirstToEnd(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		_, err := async.Race(ctx, after(2*ms, 1), failing(ms, errBoom))
		require.Equal(t, errBoom, err)
		v, err := async.Any(ctx, after(2*ms, 1), failing(ms, errBoom))
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

func TestRaceOfThoseThatEndInOneTurnTheFirstWins(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		a, b := async.NewFuture[string](ctx), async.NewFuture[string](ctx)
		async.RunningLoop(ctx).CallSoon(func() {
			_ = b.SetResult("b")
			_ = a.SetResult("a")
		})
		v, err := async.Race(ctx, a, b)
		require.NoError(t, err)
		require.Equal(t, "b", v)
		v, err = async.Race(ctx, a, b) // both are done
		require.NoError(t, err)
		require.Equal(t, "a", v)
	})
}

func TestRaceThatIsDecidedBeforeItBeginsStartsNothing(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		done := async.NewFuture[int](ctx)
		require.NoError(t, done.SetResult(1))
		v, err := async.Race[async.Awaitable[int]](ctx, neverValue(t), done, neverValue(t))
		require.NoError(t, err)
		require.Equal(t, 1, v)
		require.Len(t, async.AllTasks(ctx), 1)
	})
}

func TestRaceReturnsWhenTheLosersHaveEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		cleanedUp := false
		loser := async.Coro[int](func(ctx context.Context) (int, error) {
			err := forever(ctx)
			require.NoError(t, async.Sleep(async.Uncancel(ctx), 5*ms))
			cleanedUp = true
			return 0, errors.Join(errCrash, err)
		})
		v, err := async.Race(ctx, loser, after(ms, 1))
		require.NoError(t, err)
		require.Equal(t, 1, v)
		require.True(t, cleanedUp)
		require.Equal(t, 6*ms, now(ctx))
	})
}

func TestRaceDoesNotReportALosersError(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		loser := async.Coro[int](func(ctx context.Context) (int, error) {
			_ = forever(ctx)
			return 0, errCrash
		})
		_, err := async.Race(ctx, loser, after(ms, 1))
		require.NoError(t, err)
	})
}

func TestRaceLoserGivesBackWhatItWaitedFor(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		for range 100 {
			v, err := async.Race(ctx, after(time.Hour, 1), after(ms, 2), async.Coro[int](func(ctx context.Context) (int, error) {
				return async.WaitFor(ctx, async.NewFuture[int](ctx), time.Hour)
			}))
			require.NoError(t, err)
			require.Equal(t, 2, v)
		}
		require.Equal(t, 100*ms, now(ctx))
		require.Len(t, async.AllTasks(ctx), 1)
	})
}

func TestAnyJoinsTheErrorsInTheOrderTheyCame(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		_, err := async.Any(ctx, failing(2*ms, errBoom), failing(ms, errCrash))
		require.EqualError(t, err, "crash\nboom")
		require.ErrorIs(t, err, errBoom)
		require.ErrorIs(t, err, errCrash)
	})
}

func TestRaceOfOneFutureTwiceAwaitsItOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.GoValue(ctx, failing(ms, errBoom))
		_, err := async.Any(ctx, task, task)
		require.EqualError(t, err, "boom")
	})
}

func TestRaceOfNonePanics(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		const message = "async: a race of none would never end: give it something to await"
		require.PanicsWithValue(t, message, func() { _, _ = async.Race[async.Coro[int]](ctx) })
		require.PanicsWithValue(t, message, func() { _, _ = async.Any[async.Coro[int]](ctx) })
	})
}

func TestRaceThatIsCanceledCancelsAllAndReturnsWhenTheyHaveEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var ended record
		slow := func(ctx context.Context) error {
			err := forever(ctx)
			require.Equal(t, errBoom, context.Cause(ctx))
			require.NoError(t, async.Sleep(async.Uncancel(ctx), ms))
			ended.Add("slow")
			return err
		}
		race := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Race(ctx, async.Func(slow), ended.Traced("a"), ended.Traced("b"))
			return err
		})
		async.RunningLoop(ctx).CallLater(ms, func() { race.CancelCause(errBoom) })
		require.ErrorIs(t, race.Wait(ctx), errBoom)
		require.True(t, race.Canceled())
		require.Equal(t, record{"a", "b", "slow"}, ended)
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestRaceCanceledWhileItsLosersEndReturnsTheCancellation(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		slow := async.Coro[int](func(ctx context.Context) (int, error) {
			_ = forever(ctx)
			return 0, async.Sleep(context.WithoutCancel(ctx), 5*ms)
		})
		race := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.Race(ctx, slow, after(ms, 1))
			return err
		})
		async.RunningLoop(ctx).CallLater(3*ms, func() { race.CancelCause(errBoom) })
		require.ErrorIs(t, race.Wait(ctx), errBoom)
		require.Equal(t, 6*ms, now(ctx))
	})
}

func TestRaceUnderADeadlineTimesOut(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		limited, cancel := async.WithTimeout(ctx, ms)
		defer cancel()
		_, err := async.Race(limited, async.Func(forever), forever)
		require.ErrorIs(t, err, async.ErrTimeout)
		require.False(t, async.IsCanceled(err))
		require.Len(t, async.AllTasks(ctx), 1)
	})
}

func TestRacePanicOfALoserIsNotLost(t *testing.T) {
	told := virtuallyWith(t, async.Runner{}, func(ctx context.Context) {
		loser := async.Coro[int](func(ctx context.Context) (int, error) {
			_ = forever(ctx)
			panic("bang")
		})
		v := panicOf(func() { _, _ = async.Race(ctx, loser, after(ms, 1)) })
		require.IsType(t, &async.PanicError{}, v)
		require.Equal(t, "bang", v.(*async.PanicError).Value)
	})
	require.Equal(t, []string{"panic in a task"}, told)
}

func TestRaceGoexitEndsTheRun(t *testing.T) {
	for _, race := range []func(ctx context.Context, aws ...async.Func) (async.Void, error){async.Race[async.Func], async.Any[async.Func]} {
		cleanedUp := false
		require.True(t, endsByGoexit(func() {
			r := async.Runner{Clock: asynctest.NewClock()}
			_ = r.Run(t.Context(), func(ctx context.Context) error {
				_, err := race(ctx, goexit, func(ctx context.Context) error {
					defer func() { cleanedUp = true }()
					return forever(ctx)
				})
				return err
			})
		}))
		require.True(t, cleanedUp)
	}
}

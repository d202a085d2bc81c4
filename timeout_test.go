package async_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestTimeoutInterruptsABodyThatTakesTooLong(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		err := async.Timeout(ctx, ms, func(ctx context.Context) error {
			err := async.Sleep(ctx, time.Hour)
			require.True(t, async.IsCanceled(err), "inside it is a cancellation")
			return err
		})
		require.Equal(t, async.ErrTimeout, err)
		require.Equal(t, ms, now(ctx))
		require.NoError(t, ctx.Err())
		require.NoError(t, async.Sleep(ctx, ms))
	})
}

func TestTimeoutIsADeadlineExceededAndANetError(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		bare := async.Timeout(ctx, ms, forever)
		said := async.Timeout(ctx, ms, func(ctx context.Context) error { return fmt.Errorf("reading: %w", forever(ctx)) })
		limited, cancel := async.WithTimeout(ctx, ms)
		defer cancel()
		for _, err := range []error{bare, said, forever(limited)} {
			require.ErrorIs(t, err, async.ErrTimeout)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.NotErrorIs(t, err, context.Canceled)
			require.False(t, async.IsCanceled(err))
			var e net.Error
			require.ErrorAs(t, err, &e)
			require.True(t, e.Timeout())
		}
	})
}

func TestTimeoutKeepsWhatTheBodySaid(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		err := async.Timeout(ctx, ms, func(ctx context.Context) error { return fmt.Errorf("reading: %w", forever(ctx)) })
		var e *async.TimeoutError
		require.ErrorAs(t, err, &e)
		require.EqualError(t, e.Body, "reading: async: canceled: async: timed out")
		require.EqualError(t, err, "async: timed out: reading: async: canceled: async: timed out")
	})
}

func TestTimeoutOfABodyThatEndsInTimeLeavesNoTimer(t *testing.T) {
	for name, timeout := range map[string]func(ctx context.Context){
		"Timeout": func(ctx context.Context) {
			require.NoError(t, async.Timeout(ctx, time.Hour, func(ctx context.Context) error { return async.Sleep(ctx, ms) }))
		},
		"an error": func(ctx context.Context) {
			_ = async.Timeout(ctx, time.Hour, func(context.Context) error { return errBoom })
		},
		"a panic": func(ctx context.Context) {
			require.Equal(t, "bang", panicOf(func() { _ = async.Timeout(ctx, time.Hour, func(context.Context) error { panic("bang") }) }))
		},
		"WaitFor": func(ctx context.Context) { _, _ = async.WaitFor(ctx, after(ms, 1), time.Hour) },
		"WaitTimeout": func(ctx context.Context) {
			_, _, _ = async.WaitTimeout(ctx, async.AllCompleted, time.Hour, async.GoValue(ctx, after(ms, 1)))
		},
		"WithTimeout": func(ctx context.Context) {
			_, cancel := async.WithTimeout(ctx, time.Hour)
			cancel()
		},
	} {
		t.Run(name, func(t *testing.T) {
			clock := asynctest.NewClock()
			r := async.Runner{Clock: clock}
			require.ErrorIs(t, r.Run(t.Context(), func(ctx context.Context) error {
				timeout(ctx)
				return forever(ctx)
			}), async.ErrDeadlock)
			require.LessOrEqual(t, clock.Now(), ms)
			require.NoError(t, r.Close())
		})
	}
}

func TestTimeoutDeadlineShowsInTheBodysContext(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		start := async.RunningLoop(ctx).Now()
		require.NoError(t, async.Timeout(ctx, time.Hour, func(outer context.Context) error {
			at, ok := outer.Deadline()
			require.True(t, ok)
			require.Equal(t, start.Add(time.Hour), at)
			return async.Timeout(outer, 2*time.Hour, func(inner context.Context) error {
				at, ok := inner.Deadline()
				require.True(t, ok)
				require.Equal(t, start.Add(time.Hour), at, "the earlier one")
				return nil
			})
		}))
		_, ok := ctx.Deadline()
		require.False(t, ok)
	})
}

func TestTimeoutContextIsDoneWhenTheTimeIsUp(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		_ = async.Timeout(ctx, ms, func(ctx context.Context) error {
			require.NoError(t, ctx.Err())
			done := ctx.Done()
			_ = forever(ctx)
			<-done
			require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
			require.ErrorIs(t, context.Cause(ctx), context.DeadlineExceeded)
			return nil
		})
	})
}

func TestTimeoutLosesToACancellationFromOutside(t *testing.T) {
	for name, order := range map[string][]time.Duration{"the cancellation first": {0, 1}, "the timeout first": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				scope := async.NewTimeout(ms)
				var task *async.Task[async.Void]
				cancel := func() { task.CancelCause(errBoom) }
				if order[0] == 0 {
					async.RunningLoop(ctx).CallLater(ms, cancel)
				}
				task = async.GoEager(ctx, func(ctx context.Context) error { return scope.Do(ctx, forever) })
				if order[0] == 1 {
					async.RunningLoop(ctx).CallLater(ms, cancel)
				}
				err := task.Wait(ctx)
				require.ErrorIs(t, err, errBoom)
				require.NotErrorIs(t, err, context.DeadlineExceeded)
				require.True(t, task.Canceled())
				require.Equal(t, 1, task.Canceling())
				require.True(t, scope.Expired())
			})
		})
	}
}

func TestTimeoutOuterWinsIfTwoExpireTogether(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		outer, inner := async.NewTimeout(ms), async.NewTimeout(ms)
		err := outer.Do(ctx, func(ctx context.Context) error {
			err := inner.Do(ctx, forever)
			require.True(t, async.IsCanceled(err), "%v", err)
			return err
		})
		require.Equal(t, async.ErrTimeout, err)
		require.True(t, outer.Expired())
		require.True(t, inner.Expired())
	})
}

// Code in the body that has timeouts of its own must not take the outer one for
// one of these.
func TestTimeoutIsNoTimeoutErrorInItsBody(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		check := func(err error) error {
			require.True(t, async.IsCanceled(err))
			require.NotErrorIs(t, err, async.ErrTimeout)
			require.NotErrorIs(t, err, context.DeadlineExceeded)
			return err
		}
		require.Equal(t, async.ErrTimeout, async.Timeout(ctx, ms, func(ctx context.Context) error {
			_, err := async.WaitFor(ctx, async.Func(forever), time.Hour)
			return check(err)
		}))
		limited, cancel := async.WithTimeout(ctx, ms)
		defer cancel()
		require.Equal(t, async.ErrTimeout, async.Go(ctx, func(ctx context.Context) error { return check(forever(ctx)) }).Wait(limited))
	})
}

func TestTimeoutCancelsSiblingsWithoutTimingThemOut(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(func(ctx context.Context) error { return async.Timeout(ctx, ms, forever) })
			tg.Go(func(ctx context.Context) error {
				_, err := async.WaitFor(ctx, async.Func(forever), time.Hour)
				require.True(t, async.IsCanceled(err))
				require.NotErrorIs(t, err, async.ErrTimeout)
				require.Equal(t, async.ErrTimeout, context.Cause(ctx))
				return err
			})
			return nil
		})
		require.ErrorIs(t, err, async.ErrTimeout)
	})
}

func TestTimeoutInnerLeavesTheOuterScopeAlone(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		outer := async.NewTimeout(3 * ms)
		require.NoError(t, outer.Do(ctx, func(ctx context.Context) error {
			require.Equal(t, async.ErrTimeout, async.Timeout(ctx, ms, forever))
			return async.Sleep(ctx, ms)
		}))
		require.False(t, outer.Expired())
		inner := async.NewTimeout(3 * ms)
		require.Equal(t, async.ErrTimeout, async.Timeout(ctx, ms, func(ctx context.Context) error { return inner.Do(ctx, forever) }))
		require.False(t, inner.Expired())
	})
}

func TestTimeoutBeatsWhatEndsInTheSameTurn(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		async.RunningLoop(ctx).CallLater(ms, func() { _ = f.SetResult(1) }) // due before the timeout
		err := async.Timeout(ctx, ms, f.Wait)
		require.Equal(t, async.ErrTimeout, err)
		require.True(t, f.Done())
	})
}

func TestTimeoutThatHasExpiredOnEntry(t *testing.T) {
	for _, c := range []struct {
		name  string
		body  func(ctx context.Context) error
		turns int
		err   error
	}{
		{"interrupts a wait after two turns", forever, 2, async.ErrTimeout},
		{"interrupts a Yield after one", async.Yield, 1, async.ErrTimeout},
		{"leaves a body alone that does not suspend", func(context.Context) error { return nil }, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				count := countTurns(ctx)
				for _, scope := range []*async.TimeoutScope{async.NewTimeout(0), async.NewTimeout(-ms), async.NewTimeoutAt(async.RunningLoop(ctx).Now())} {
					require.Equal(t, c.turns, count.During(func() { require.Equal(t, c.err, scope.Do(ctx, c.body)) }))
					require.Equal(t, c.err != nil, scope.Expired())
				}
				require.NoError(t, async.Yield(ctx)) // what has not expired does not, later
				count.Stop()
			})
		})
	}
}

func TestTimeoutOfABodyThatSwallowsTheCancellationSucceeds(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		scope := async.NewTimeout(ms)
		require.NoError(t, scope.Do(ctx, func(ctx context.Context) error {
			_ = forever(ctx)
			return async.Sleep(async.Uncancel(ctx), ms)
		}))
		require.True(t, scope.Expired())
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestTimeoutKeepsABodysOwnError(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		scope := async.NewTimeout(ms)
		require.Equal(t, errBoom, scope.Do(ctx, func(ctx context.Context) error {
			_ = forever(ctx)
			return errBoom
		}))
		require.True(t, scope.Expired())
	})
}

func TestTimeoutIsPassedOnToWhatIsAwaited(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		child := async.Go(ctx, func(ctx context.Context) error {
			err := forever(ctx)
			require.NoError(t, async.Sleep(async.Uncancel(ctx), 2*ms))
			return err
		})
		require.ErrorIs(t, async.Timeout(ctx, ms, child.Wait), async.ErrTimeout)
		require.True(t, child.Canceled())
		require.Equal(t, 3*ms, now(ctx), "it was awaited")
		f := async.NewFuture[int](ctx)
		require.ErrorIs(t, async.Timeout(ctx, ms, f.Wait), async.ErrTimeout)
		require.True(t, f.Canceled())
	})
}

func TestTimeoutIsNotMadeOfACancellationOfTheBodysOwn(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		child := async.Go(ctx, forever)
		child.CancelCause(errBoom)
		err := async.Timeout(ctx, time.Hour, child.Wait)
		require.True(t, async.IsCanceled(err))
		require.ErrorIs(t, err, errBoom)
	})
}

func TestTimeoutReschedule(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		loop := async.RunningLoop(ctx)
		for _, c := range []struct {
			name  string
			to    time.Duration
			takes time.Duration
		}{{"later", 5 * ms, 5 * ms}, {"earlier", 1 * ms, ms}, {"to what is past", -ms, 0}} {
			start := loop.Now()
			scope := async.NewTimeout(2 * ms)
			require.Equal(t, async.ErrInvalidState, scope.Reschedule(start), c.name)
			require.Zero(t, scope.When(), c.name)
			err := scope.Do(ctx, func(ctx context.Context) error {
				require.Equal(t, start.Add(2*ms), scope.When(), c.name)
				require.NoError(t, scope.Reschedule(start.Add(c.to)), c.name)
				require.Equal(t, start.Add(c.to), scope.When(), c.name)
				err := forever(ctx)
				require.Equal(t, async.ErrInvalidState, scope.Reschedule(start.Add(time.Hour)), c.name)
				return err
			})
			require.Equal(t, async.ErrTimeout, err, c.name)
			require.Equal(t, c.takes, loop.Now().Sub(start), c.name)
			require.Equal(t, async.ErrInvalidState, scope.Reschedule(start), c.name)
		}
	})
}

func TestTimeoutRescheduleToNever(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		scope := async.NewTimeout(ms)
		require.NoError(t, scope.Do(ctx, func(ctx context.Context) error {
			require.NoError(t, scope.Reschedule(time.Time{}))
			require.Zero(t, scope.When())
			_, ok := ctx.Deadline()
			require.False(t, ok)
			return async.Sleep(ctx, time.Hour)
		}))
		require.False(t, scope.Expired())
	})
}

func TestTimeoutAtNoTimeExpiresOnceItIsRescheduled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		scope := async.NewTimeoutAt(time.Time{})
		loop := async.RunningLoop(ctx)
		loop.CallLater(time.Hour, func() { _ = scope.Reschedule(loop.Now().Add(ms)) })
		require.Equal(t, async.ErrTimeout, scope.Do(ctx, forever))
		require.Equal(t, time.Hour+ms, now(ctx))
	})
}

func TestTimeoutThatWasDueAndIsRescheduledInTheSameTurnDoesNotExpire(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		loop := async.RunningLoop(ctx)
		scope := async.NewTimeout(ms)
		loop.CallLater(ms, func() { require.NoError(t, scope.Reschedule(loop.Now().Add(ms))) }) // due before
		require.Equal(t, async.ErrTimeout, scope.Do(ctx, forever))
		require.Equal(t, 2*ms, now(ctx))
	})
}

func TestTimeoutAtATime(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		at := async.RunningLoop(ctx).Now().Add(3 * ms)
		scope := async.NewTimeoutAt(at)
		require.Equal(t, at, scope.When())
		require.Equal(t, async.ErrTimeout, scope.Do(ctx, forever))
		require.Equal(t, 3*ms, now(ctx))
		require.Equal(t, at, scope.When())
	})
}

func TestTimeoutThatWasDueExpiresInTheTurnOfTheTimeItWasMovedTo(t *testing.T) {
	for name, move := range map[string]func(scope *async.TimeoutScope, now time.Time) error{
		"at once": func(scope *async.TimeoutScope, now time.Time) error { return scope.Reschedule(now) },
		"by way of never": func(scope *async.TimeoutScope, now time.Time) error {
			return errors.Join(scope.Reschedule(time.Time{}), scope.Reschedule(now))
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				loop := async.RunningLoop(ctx)
				scope := async.NewTimeout(0)
				var early, late bool
				require.ErrorIs(t, scope.Do(ctx, func(ctx context.Context) error {
					loop.CallSoon(func() { early = scope.Expired() }) // behind the time that was moved
					require.NoError(t, move(scope, loop.Now()))
					loop.CallSoon(func() { late = scope.Expired() })
					return forever(ctx)
				}), async.ErrTimeout)
				require.False(t, early)
				require.True(t, late)
			})
		})
	}
}

func TestTimeoutScopeIsUsedOnce(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		scope := async.NewTimeout(ms)
		require.NoError(t, scope.Do(ctx, func(context.Context) error { return nil }))
		require.PanicsWithValue(t, "async: Do on a TimeoutScope that was used: make one for each Do", func() {
			_ = scope.Do(ctx, func(context.Context) error { return nil })
		})
	})
}

func TestTimeoutThatWouldOverflowIsNever(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		require.NoError(t, async.Sleep(ctx, time.Hour))
		require.NoError(t, async.Timeout(ctx, 1<<63-1, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }))
	})
}

func TestWaitForRunsACoroutineInTheCallingTask(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		me := async.CurrentTask(ctx)
		require.Zero(t, count.During(func() {
			v, err := async.WaitFor(ctx, async.Coro[int](func(ctx context.Context) (int, error) {
				require.Equal(t, me, async.CurrentTask(ctx))
				return 1, nil
			}), ms)
			require.NoError(t, err)
			require.Equal(t, 1, v)
		}))
		count.Stop()
	})
}

func TestWaitForReturnsErrTimeoutWhenWhatItAwaitedHasEnded(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		v, err := async.WaitFor(ctx, after(time.Hour, 1), ms)
		require.Equal(t, async.ErrTimeout, err)
		require.Zero(t, v)
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			err := async.Sleep(ctx, time.Hour)
			require.NoError(t, async.Sleep(context.WithoutCancel(ctx), 3*ms))
			return 1, err
		})
		_, err = async.WaitFor(ctx, task, ms)
		require.ErrorIs(t, err, async.ErrTimeout)
		require.True(t, task.Canceled())
		require.Equal(t, 5*ms, now(ctx))
	})
}

func TestWaitForReturnsWhatGoesOnInSpiteOfTheTimeout(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		stubborn := func(ctx context.Context) (int, error) {
			_ = forever(ctx)
			return 7, async.Sleep(async.Uncancel(ctx), ms)
		}
		for _, aw := range []async.Awaitable[int]{async.Coro[int](stubborn), async.GoValue(ctx, stubborn)} {
			v, err := async.WaitFor(ctx, aw, ms)
			require.NoError(t, err)
			require.Equal(t, 7, v)
		}
		require.NoError(t, ctx.Err())
	})
}

func TestWaitForReturnsTheErrorOfWhatItAwaits(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		_, err := async.WaitFor(ctx, failing(ms, errBoom), time.Hour)
		require.Equal(t, errBoom, err)
		_, err = async.WaitFor(ctx, async.GoValue(ctx, failing(ms, errCrash)), time.Hour)
		require.Equal(t, errCrash, err)
	})
}

func TestWaitForNoTimeTakesWhatIsThereAndCancelsWhatIsNot(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		count := countTurns(ctx)
		for _, d := range []time.Duration{0, -ms} {
			done, bad := async.NewFuture[int](ctx), async.NewFuture[int](ctx)
			require.NoError(t, done.SetResult(1))
			require.NoError(t, bad.SetError(errBoom))
			task := async.GoValue(ctx, after(time.Hour, 1))
			require.NoError(t, async.Yield(ctx))
			pending := async.NewFuture[int](ctx)
			for _, c := range []struct {
				name  string
				aw    async.Awaitable[int]
				turns int
				err   error
			}{
				{"a future with a value", done, 0, nil},
				{"a future with an error", bad, 0, errBoom},
				{"a future", pending, 2, async.ErrTimeout},
				{"a task", task, 3, async.ErrTimeout},
				{"a coroutine", neverValue(t), 3, async.ErrTimeout},
				{"an awaitable of one's own", own{1}, 3, async.ErrTimeout},
			} {
				require.Equal(t, c.turns, count.During(func() {
					_, err := async.WaitFor(ctx, c.aw, d)
					require.Equal(t, c.err, err, c.name)
				}), c.name)
			}
			require.True(t, pending.Canceled())
			require.True(t, task.Canceled())
		}
		count.Stop()
	})
}

func TestWaitForNoTimeReturnsWhatGoesOnInSpiteOfBeingCanceled(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.GoEagerValue(ctx, func(ctx context.Context) (int, error) {
			_ = forever(ctx)
			return 7, nil
		})
		v, err := async.WaitFor(ctx, task, 0)
		require.NoError(t, err)
		require.Equal(t, 7, v)
	})
}

func TestWaitForThatIsCanceledCancelsWhatItAwaits(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		child := async.GoValue(ctx, after(time.Hour, 1))
		waiting := async.Go(ctx, func(ctx context.Context) error {
			_, err := async.WaitFor(ctx, child, time.Hour)
			return err
		})
		async.RunningLoop(ctx).CallLater(ms, func() { waiting.CancelCause(errBoom) })
		require.ErrorIs(t, waiting.Wait(ctx), errBoom)
		require.True(t, waiting.Canceled())
		require.True(t, child.Canceled())
	})
}

func TestTimeoutInAGroupsTaskFailsIt(t *testing.T) {
	for name, body := range map[string]func(ctx context.Context) error{
		"Timeout": func(ctx context.Context) error { return async.Timeout(ctx, ms, forever) },
		"Timeout with more to say": func(ctx context.Context) error {
			return async.Timeout(ctx, ms, func(ctx context.Context) error { return fmt.Errorf("reading: %w", forever(ctx)) })
		},
		"WaitFor": func(ctx context.Context) error {
			_, err := async.WaitFor(ctx, async.Go(ctx, forever), ms)
			return err
		},
		"WithTimeout": func(ctx context.Context) error {
			ctx, cancel := async.WithTimeout(ctx, ms)
			defer cancel()
			return fmt.Errorf("reading: %w", forever(ctx))
		},
		"WithTimeout over a task": func(ctx context.Context) error {
			limited, cancel := async.WithTimeout(ctx, ms)
			defer cancel()
			return async.Go(ctx, forever).Wait(limited)
		},
		"the context's own error": func(ctx context.Context) error {
			ctx, cancel := async.WithTimeout(ctx, ms)
			defer cancel()
			_ = forever(ctx)
			return ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtually(t, func(ctx context.Context) {
				var late, sibling *async.Task[async.Void]
				err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
					late, sibling = tg.Go(body), tg.Go(forever)
					return nil
				})
				var group *async.GroupError
				require.True(t, errors.As(err, &group))
				require.Len(t, group.Errors, 1)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.False(t, late.Canceled())
				require.True(t, sibling.Canceled())
			})
		})
	}
}

func TestTimeoutNoTimeoutNeverExpires(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		work := func(ctx context.Context) error {
			_, limited := ctx.Deadline()
			require.False(t, limited)
			return async.Sleep(ctx, 1000*time.Hour)
		}
		require.NoError(t, async.Timeout(ctx, async.NoTimeout, work))
		_, err := async.WaitFor(ctx, async.Func(work), async.NoTimeout)
		require.NoError(t, err)
		task := async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, 1000*time.Hour) })
		done, pending, err := async.WaitTimeout(ctx, async.AllCompleted, async.NoTimeout, task)
		require.NoError(t, err)
		require.Len(t, done, 1)
		require.Empty(t, pending)

		scope := async.NewTimeout(async.NoTimeout)
		err = scope.Do(ctx, func(ctx context.Context) error {
			require.Zero(t, scope.When())
			require.NoError(t, scope.Reschedule(async.RunningLoop(ctx).Now().Add(ms)))
			return forever(ctx)
		})
		require.Equal(t, async.ErrTimeout, err)
	})
}

func TestTimeoutNoTimeoutDoesNotHideADeadlock(t *testing.T) {
	_, err := listening(func(ctx context.Context) error { return async.Timeout(ctx, async.NoTimeout, forever) })
	require.ErrorIs(t, err, async.ErrDeadlock)
}

func TestTimeoutOfANegativeTimeShowsThatTime(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		require.NoError(t, async.Sleep(ctx, time.Hour))
		at := async.RunningLoop(ctx).Now().Add(-time.Minute)
		scope := async.NewTimeout(-time.Minute)
		err := scope.Do(ctx, func(ctx context.Context) error {
			require.Equal(t, at, scope.When())
			deadline, _ := ctx.Deadline()
			require.Equal(t, at, deadline)
			return async.Yield(ctx)
		})
		require.Equal(t, async.ErrTimeout, err)
		require.Equal(t, at, scope.When())
	})
}

func TestTimeoutValueReturnsTheValueOrNothing(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		v, err := async.TimeoutValue(ctx, 2*ms, after(ms, 42))
		require.NoError(t, err)
		require.Equal(t, 42, v)
		v, err = async.TimeoutValue(ctx, ms, func(ctx context.Context) (int, error) {
			err := async.Sleep(ctx, 2*ms)
			return 1, err
		})
		require.Equal(t, async.ErrTimeout, err)
		require.Zero(t, v)
	})
}

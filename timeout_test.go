package async_test

import (
	"context"
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

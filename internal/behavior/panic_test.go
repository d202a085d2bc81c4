package behavior_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/testkit"
)

// bang panics in a function of its own, which the stack has to name.
func bang(ctx context.Context) error { panic("exploded") }

func TestPanicInMainPanicsOutOfRunWithItsStack(t *testing.T) {
	cleaned := false
	var told testkit.Events
	p := testkit.Panicked(t, func() {
		r := &async.Runner{Clock: asynctest.NewClock(), OnError: told.Add}
		defer r.Close()
		_ = r.Run(context.Background(), func(ctx context.Context) error {
			async.Go(ctx, func(ctx context.Context) error {
				defer func() { cleaned = true }()
				return testkit.Forever(ctx)
			})
			_ = async.Yield(ctx)
			return bang(ctx)
		})
	})
	require.Equal(t, "exploded", p.Value)
	require.Equal(t, "Task-1", p.Task)
	require.Contains(t, string(p.Stack), "behavior_test.bang")
	require.Contains(t, p.Error(), "panic in Task-1: exploded")
	require.True(t, cleaned, "the other task has ended")
	require.Len(t, told, 1)
	require.Same(t, p, told[0].Err)
}

func TestPanicIsReportedWhenItHappens(t *testing.T) {
	var r testkit.Record
	runner := &async.Runner{Clock: asynctest.NewClock(), OnError: func(e *async.ErrorEvent) {
		r.Add("%s: %s", e.Message, e.Task)
	}}
	require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
		task := async.Go(ctx, bang)
		task.SetName("bomb")
		require.NoError(t, async.Sleep(ctx, time.Second))
		r.Add("a second later")
		require.NotNil(t, testkit.PanicOf(func() { _ = task.Wait(ctx) }))
		return nil
	}))
	require.NoError(t, runner.Close())
	require.Equal(t, testkit.Record{"panic in a task: bomb", "a second later"}, r)
}

func TestPanicPanicsAgainInTheAwaiter(t *testing.T) {
	told, err := testkit.Report(func(ctx context.Context) error {
		inner := async.Go(ctx, bang)
		inner.SetName("inner")
		outer := async.Go(ctx, inner.Wait)
		p := testkit.Panicked(t, func() { _ = outer.Wait(ctx) })
		require.Equal(t, "inner", p.Task)
		require.Contains(t, string(p.Stack), "behavior_test.bang")
		require.ErrorIs(t, outer.Err(), p)
		require.False(t, outer.Canceled())
		return nil
	})
	require.NoError(t, err)
	require.Len(t, told, 1, "one panic is told once, through however many tasks it goes")
}

func TestPanicPanicsInEachOfSeveralAwaiters(t *testing.T) {
	told, err := testkit.Report(func(ctx context.Context) error {
		bomb := async.Go(ctx, bang)
		var awaiters []*async.Task[async.Void]
		for range 3 {
			awaiters = append(awaiters, async.Go(ctx, func(ctx context.Context) error {
				require.NotNil(t, testkit.PanicOf(func() { _ = bomb.Wait(ctx) }))
				return nil
			}))
		}
		_, err := async.Gather(ctx, awaiters...)
		return err
	})
	require.NoError(t, err)
	require.Len(t, told, 1)
}

func TestPanicThatNobodyAwaitedPanicsOutOfRun(t *testing.T) {
	var told testkit.Events
	p := testkit.Panicked(t, func() {
		r := &async.Runner{Clock: asynctest.NewClock(), OnError: told.Add}
		require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
			async.Go(ctx, bang)
			async.Go(ctx, func(context.Context) error { panic("the second") })
			return async.Sleep(ctx, time.Second)
		}))
		_ = r.Close()
	})
	require.Equal(t, "exploded", p.Value)
	require.Len(t, told, 2)

	require.NotNil(t, testkit.PanicOf(func() {
		_ = (&async.Runner{Clock: asynctest.NewClock(), OnError: told.Add}).Run(context.Background(), func(ctx context.Context) error {
			return bang(ctx)
		})
	}))
}

func TestPanicWhileTheLoopEndsPanicsOutOfRun(t *testing.T) {
	var told testkit.Events
	r := &async.Runner{Clock: asynctest.NewClock(), OnError: told.Add}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		async.Go(ctx, func(ctx context.Context) error {
			defer panic("in the cleanup")
			return testkit.Forever(ctx)
		})
		return async.Yield(ctx)
	}))
	require.Equal(t, "in the cleanup", testkit.Panicked(t, func() { _ = r.Close() }).Value)
	require.Len(t, told, 1)
}

func TestPanicIsGivenAsAnErrorByResultAndErr(t *testing.T) {
	_, err := testkit.Report(func(ctx context.Context) error {
		task := async.GoValue(ctx, func(context.Context) (int, error) { panic(testkit.ErrBoom) })
		require.NoError(t, async.Yield(ctx))
		_, err := task.Result()
		require.ErrorIs(t, err, testkit.ErrBoom, "a PanicError unwraps to a value that is an error")
		var p *async.PanicError
		require.ErrorAs(t, err, &p)
		require.Same(t, p, task.Err())
		return nil
	})
	require.NoError(t, err)
}

func TestPanicLetsDeferredFunctionsAwait(t *testing.T) {
	var r testkit.Record
	told, err := testkit.Report(func(ctx context.Context) error {
		task := async.Go(ctx, func(ctx context.Context) error {
			defer func() {
				r.Add("recovered %v", recover())
				r.Add("slept: %v", async.Sleep(ctx, time.Second))
			}()
			defer func() {
				r.Add("slept: %v", async.Sleep(ctx, time.Second))
				v, err := async.Go(ctx, async.Yield).Await(ctx)
				r.Add("awaited: %v %v", v, err)
			}()
			return bang(ctx)
		})
		return task.Wait(ctx)
	})
	require.NoError(t, err)
	require.Empty(t, told, "what is recovered is no panic of the task")
	require.Equal(t, testkit.Record{"slept: <nil>", "awaited: {} <nil>", "recovered exploded", "slept: <nil>"}, r)
}

func TestPanicInACallbackIsReportedAndTheLoopGoesOn(t *testing.T) {
	told, err := testkit.Report(func(ctx context.Context) error {
		l := async.RunningLoop(ctx)
		l.CallSoon(func() { panic("soon") })
		l.CallLater(time.Second, func() { panic("later") })
		f := async.NewFuture[int](ctx)
		f.OnDone(func() { panic("done") })
		_ = f.SetResult(1)
		return async.Sleep(ctx, 2*time.Second)
	})
	require.NoError(t, err)
	var values []any
	for _, err := range told.Errors() {
		var p *async.PanicError
		require.ErrorAs(t, err, &p)
		require.Contains(t, string(p.Stack), "panic_test.go")
		values = append(values, p.Value)
	}
	require.Equal(t, []any{"soon", "done", "later"}, values)
}

func TestPanicInTheErrorHandlerGoesToTheLogger(t *testing.T) {
	var out bytes.Buffer
	r := &async.Runner{
		Clock:   asynctest.NewClock(),
		OnError: func(*async.ErrorEvent) { panic("handler") },
		Logger:  slog.New(slog.NewTextHandler(&out, nil)),
	}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		task := async.Go(ctx, bang)
		require.NotNil(t, testkit.PanicOf(func() { _ = task.Wait(ctx) }))
		async.RunningLoop(ctx).CallSoon(func() { panic("soon") })
		return async.Yield(ctx)
	}))
	require.NoError(t, r.Close())
	require.Contains(t, out.String(), "panic in a callback", "what the handler was told")
	require.Contains(t, out.String(), "panic in OnError: handler")
}

func TestPanicOfNilIsAPanic(t *testing.T) {
	_, err := testkit.Report(func(ctx context.Context) error {
		task := async.Go(ctx, func(context.Context) error { panic(nil) })
		require.NotNil(t, testkit.PanicOf(func() { _ = task.Wait(ctx) }))
		return nil
	})
	require.NoError(t, err)
}

func TestPanicInACanceledTaskIsNoCancellation(t *testing.T) {
	_, err := testkit.Report(func(ctx context.Context) error {
		task := async.Go(ctx, func(ctx context.Context) error {
			defer panic("in the cleanup")
			return testkit.Forever(ctx)
		})
		_ = async.Yield(ctx)
		task.Cancel()
		require.NotNil(t, testkit.PanicOf(func() { _ = task.Wait(ctx) }))
		require.False(t, task.Canceled())
		return nil
	})
	require.NoError(t, err)
}

func TestPanicThatAFutureIsSetToPanicsInItsAwaiter(t *testing.T) {
	_, err := testkit.Report(func(ctx context.Context) error {
		f := async.NewFuture[int](ctx)
		require.NoError(t, f.SetError(&async.PanicError{Value: "handed over"}))
		require.Equal(t, "handed over", testkit.Panicked(t, func() { _ = f.Wait(ctx) }).Value)
		return nil
	})
	require.NoError(t, err)
}

func TestPanicsLeaveNothingBehind(t *testing.T) {
	told, err := testkit.Report(func(ctx context.Context) error {
		for range 1000 {
			task := async.Go(ctx, bang)
			if testkit.PanicOf(func() { _ = task.Wait(ctx) }) == nil {
				return errors.New("no panic")
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.Len(t, told, 1000)
}

// divide panics in the runtime.
func divide(a, b int) int { return a / b }

func TestPanicErrorShowsTheUsersCallsFirst(t *testing.T) {
	for name, work := range map[string]func(ctx context.Context) error{
		"at once":   func(context.Context) error { _ = divide(1, 0); return nil },
		"later":     func(ctx context.Context) error { _ = async.Yield(ctx); _ = divide(1, 0); return nil },
		"in a bind": async.Bind2(func(_ context.Context, a, b int) error { _ = divide(a, b); return nil }, 1, 0),
		"in a thread": func(ctx context.Context) error {
			return async.ToThread(ctx, func(context.Context) error { _ = divide(1, 0); return nil })
		},
	} {
		_, err := testkit.Report(func(ctx context.Context) error {
			task := async.Go(async.Named(ctx, "divider"), work)
			p := testkit.Panicked(t, func() { _ = task.Wait(ctx) })
			lines := strings.Split(p.Error(), "\n")
			require.Regexp(t, "^panic in divider(, off the loop)?: runtime error: integer divide by zero$", lines[0], name)
			require.Empty(t, lines[1])
			require.Contains(t, lines[2], "behavior_test.divide(", name)
			require.NotContains(t, p.Error(), "iter.Pull", name)
			require.NotContains(t, p.Error(), "created by", name)
			require.Regexp(t, `^behavior_test\.divide \(panic_test\.go:\d+\)$`, p.Frames()[0], name)
			require.Contains(t, string(p.Stack), "goroutine ", "which has all")
			return nil
		})
		require.NoError(t, err)
	}
}

func TestPanicErrorWithAStackOfAnotherKindShowsIt(t *testing.T) {
	require.Equal(t, "panic in Task-1: ouch\n\nsomewhere", (&async.PanicError{Task: "Task-1", Value: "ouch", Stack: []byte("somewhere")}).Error())
}

func TestPanicOfATaskIsLoggedOnOneLine(t *testing.T) {
	var log bytes.Buffer
	r := &async.Runner{Clock: asynctest.NewClock(), Logger: slog.New(slog.NewTextHandler(&log, nil))}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		task := async.Go(ctx, bang)
		_ = testkit.PanicOf(func() { _ = task.Wait(ctx) })
		return nil
	}))
	require.NoError(t, r.Close())
	require.Regexp(t, `level=ERROR msg="async: panic in a task" task=Task-2 (started=\S+ )?error="panic in Task-2: exploded" at="behavior_test\.bang \(panic_test\.go:\d+\)"\n$`, log.String())
}

func TestPanicThatNobodyAwaitedIsReturnedByCloseWithReturnPanics(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock(), ReturnPanics: true, OnError: func(*async.ErrorEvent) {}}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		async.Go(ctx, bang)
		return async.Yield(ctx)
	}))
	var p *async.PanicError
	require.ErrorAs(t, r.Close(), &p)
	require.Equal(t, "exploded", p.Value)
	require.NoError(t, r.Close(), "once")
}

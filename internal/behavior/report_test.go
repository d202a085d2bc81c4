package behavior_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

func TestReportOfErrorsThatNobodyRetrievedComesAtTheEndInOrder(t *testing.T) {
	told, err := testkit.Report(func(ctx context.Context) error {
		async.Go(ctx, testkit.ErrorN(1)).SetName("first")
		f := async.NewFuture[int](ctx)
		_ = async.Yield(ctx)
		_ = f.SetError(testkit.ErrBoom)
		async.Go(ctx, testkit.ErrorN(2))
		async.Go(ctx, func(ctx context.Context) error {
			_ = testkit.Forever(ctx)
			return errors.New("in the cleanup")
		})
		return async.Yield(ctx)
	})
	require.NoError(t, err)
	require.Len(t, told, 4)
	var r testkit.Record
	for _, e := range told {
		r.Add("%s: %s: %v", e.Task, e.Message, e.Err)
	}
	require.Equal(t, testkit.Record{
		"Task-4: unhandled error during Run's shutdown: in the cleanup",
		"first: error was never retrieved: error 1",
		"Future: error was never retrieved: boom",
		"Task-3: error was never retrieved: error 2",
	}, r)
}

func TestReportLeavesOutErrorsThatWereRetrieved(t *testing.T) {
	for name, retrieve := range map[string]func(ctx context.Context, task *async.Task[async.Void]){
		"Await":  func(ctx context.Context, task *async.Task[async.Void]) { _, _ = task.Await(ctx) },
		"Wait":   func(ctx context.Context, task *async.Task[async.Void]) { _ = task.Wait(ctx) },
		"Err":    func(ctx context.Context, task *async.Task[async.Void]) { _ = task.Err() },
		"Result": func(ctx context.Context, task *async.Task[async.Void]) { _, _ = task.Result() },
		"Any":    func(ctx context.Context, task *async.Task[async.Void]) { _ = task.Any().Err() },
		"Shield": func(ctx context.Context, task *async.Task[async.Void]) { _, _ = async.Shield(ctx, task) },
		"an awaiter": func(ctx context.Context, task *async.Task[async.Void]) {
			_ = async.Go(ctx, task.Wait).Wait(ctx)
		},
		"FirstError": func(ctx context.Context, task *async.Task[async.Void]) {
			_, _, _ = async.Wait(ctx, async.FirstError, task)
		},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Virtually(t, func(ctx context.Context) {
				task := async.Go(ctx, testkit.ErrorN(1))
				_ = async.Yield(ctx)
				retrieve(ctx, task)
			})
		})
	}
}

func TestReportOfAnErrorThatWasOnlyLookedAt(t *testing.T) {
	told, err := testkit.Report(func(ctx context.Context) error {
		task := async.Go(ctx, testkit.ErrorN(1))
		task.OnDone(func() {})
		_, _, err := async.Wait(ctx, async.AllCompleted, task)
		_ = task.Done() || task.Canceled()
		_ = task.String()
		return err
	})
	require.NoError(t, err)
	require.Len(t, told, 1)
}

func TestReportLeavesOutCancellations(t *testing.T) {
	testkit.Virtually(t, func(ctx context.Context) {
		async.Go(ctx, testkit.Forever).Cancel()
		async.Go(ctx, func(context.Context) error { return fmt.Errorf("wrapped: %w", &async.CanceledError{}) })
		_ = async.NewFuture[int](ctx).Cancel()
		_ = async.Yield(ctx)
	})
}

func TestReportOfAnErrorComesWhenItsHandleIsCollected(t *testing.T) {
	var told testkit.Events
	r := &async.Runner{OnError: told.Add}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		async.Go(ctx, testkit.ErrorN(1))
		_ = async.NewFuture[int](ctx).SetError(testkit.ErrBoom)
		held := async.Go(ctx, testkit.ErrorN(2))
		for range 1000 {
			if len(told) == 2 {
				break
			}
			runtime.GC()
			for range 100 { // what stood in the ready queue stays in its slots for a while
				_ = async.Yield(ctx)
			}
		}
		require.Len(t, told, 2)
		runtime.KeepAlive(held)
		return nil
	}))
	require.NoError(t, r.Close())
	require.Len(t, told, 3)
	require.EqualError(t, told[2].Err, "error 2")
}

func TestReportIsLoggedWithoutAnErrorHandler(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0") // it says more
	var text bytes.Buffer
	drop := func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	r := &async.Runner{Logger: slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{ReplaceAttr: drop}))}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		async.Go(ctx, testkit.ErrorN(1)).SetName("loser")
		return async.Yield(ctx)
	}))
	require.NoError(t, r.Close())
	require.Equal(t, "level=ERROR msg=\"async: error was never retrieved\" task=loser error=\"error 1\"\n", text.String())
}

func TestReportOfASubmissionThatNobodyWaitedFor(t *testing.T) {
	var told testkit.Events
	r := &async.Runner{OnError: told.Add}
	p := r.Start(context.Background())
	lost := async.Submit(p, func(ctx context.Context) (int, error) { return 0, testkit.ErrBoom })
	heard := async.Submit(p, func(ctx context.Context) (int, error) { return 0, testkit.ErrorN(1)(ctx) })
	_, err := heard.Wait(context.Background())
	require.EqualError(t, err, "error 1")
	<-lost.Done()
	require.NoError(t, r.Close())
	require.Equal(t, []error{testkit.ErrBoom}, told.Errors())
}

func TestPanicOfASubmissionThatNobodyWaitedForPanicsInClose(t *testing.T) {
	var told testkit.Events
	r := &async.Runner{OnError: told.Add}
	p := r.Start(context.Background())
	<-async.Submit(p, func(ctx context.Context) (int, error) { return 0, bang(ctx) }).Done()
	require.Equal(t, "exploded", testkit.Panicked(t, func() { _ = r.Close() }).Value)
	require.Len(t, told, 1)
}

package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// otherLoop makes a loop beside that of the test, closed at the test's end.
func otherLoop(t *testing.T) *async.Loop {
	r := &async.Runner{Clock: asynctest.NewClock()}
	t.Cleanup(func() { _ = r.Close() })
	return r.Loop()
}

// panics is what fn panics with, as text.
func panics(t testing.TB, fn func()) (text string) {
	t.Helper()
	defer func() {
		t.Helper()
		v := recover()
		require.NotNil(t, v, "it did not panic")
		if err, ok := v.(error); ok {
			v = err.Error()
		}
		text, _ = v.(string)
		require.Contains(t, text, "async: ", "it panicked for another reason")
	}()
	fn()
	return ""
}

func TestBaseFuture_initial_state(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.False(t, f.Canceled())
		require.False(t, f.Done())
		f.Cancel()
		require.True(t, f.Canceled())
	})
}

func TestBaseFuture_constructor_without_loop(t *testing.T) {
	require.Contains(t, panics(t, func() { async.NewFuture[int](t.Context()) }), "loop")
}

func TestBaseFuture_constructor_use_running_loop(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		async.RunningLoop(ctx).CallSoon(func() { _ = f.SetResult(1) })
		v, err := f.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, v)
	})
}

func TestBaseFuture_uninitialized(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		_, err := new(async.Future[int]).Result()
		require.ErrorIs(t, err, async.ErrInvalidState)
		require.ErrorIs(t, new(async.Future[int]).Err(), async.ErrInvalidState)
		require.False(t, new(async.Future[int]).Canceled())
		require.False(t, new(async.Future[int]).Done())
		for name, use := range map[string]func(f *async.Future[int]){
			"SetResult": func(f *async.Future[int]) { _ = f.SetResult(1) },
			"SetError":  func(f *async.Future[int]) { _ = f.SetError(errMine) },
			"Cancel":    func(f *async.Future[int]) { f.Cancel() },
			"OnDone":    func(f *async.Future[int]) { f.OnDone(func() {}) },
			"Await":     func(f *async.Future[int]) { _, _ = f.Await(ctx) },
			"String":    func(f *async.Future[int]) { _ = f.String() },
		} {
			require.Contains(t, panics(t, func() { use(new(async.Future[int])) }), "NewFuture", name)
		}
	})
}

func TestBaseFuture_future_cancel_message_getter(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		f.CancelCause(errMine)
		err := f.Wait(ctx)
		requireCanceled(t, err)
		require.ErrorIs(t, err, errMine)
		require.ErrorIs(t, f.Err(), errMine)
	})
}

// settled checks that f, which is done, takes nothing more.
func settled(t *testing.T, f *async.Future[int]) {
	t.Helper()
	require.True(t, f.Done())
	require.ErrorIs(t, f.SetResult(0), async.ErrInvalidState)
	require.ErrorIs(t, f.SetError(errOther), async.ErrInvalidState)
	require.False(t, f.Cancel())
}

func TestBaseFuture_cancel(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.True(t, f.Cancel())
		require.True(t, f.Canceled())
		_, err := f.Result()
		requireCanceled(t, err)
		requireCanceled(t, f.Err())
		settled(t, f)
	})
}

func TestBaseFuture_result(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		_, err := f.Result()
		require.ErrorIs(t, err, async.ErrInvalidState)
		require.NoError(t, f.SetResult(42))
		require.False(t, f.Canceled())
		requireResult(t, f, 42)
		require.NoError(t, f.Err())
		settled(t, f)
	})
}

func TestBaseFuture_exception(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.ErrorIs(t, f.Err(), async.ErrInvalidState)
		require.NoError(t, f.SetError(errMine))
		require.False(t, f.Canceled())
		_, err := f.Result()
		require.Equal(t, errMine, err)
		require.Equal(t, errMine, f.Err())
		settled(t, f)
	})
}

func TestBaseFuture_yield_from_twice(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		task := async.Go(ctx, func(ctx context.Context) error {
			v, err := f.Await(ctx)
			require.NoError(t, err)
			require.Equal(t, 42, v)
			asynctest.MustNotSuspend(t, ctx, func() { v, err = f.Await(ctx) })
			require.Equal(t, 42, v)
			return err
		})
		yields(t, ctx, 1)
		require.NoError(t, f.SetResult(42))
		require.NoError(t, task.Wait(ctx))
	})
}

func TestBaseFuture_set_result_unless_cancelled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		f.Cancel()
		require.ErrorIs(t, f.SetResult(2), async.ErrInvalidState)
		require.True(t, f.Canceled())
	})
}

func TestBaseFuture_future_repr(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		require.Equal(t, "<Future pending>", f.String())
		f.OnDone(func() {})
		f.Cancel()
		require.Equal(t, "<Future canceled>", f.String())

		f = async.NewFuture[int](ctx)
		require.NoError(t, f.SetResult(4))
		require.Equal(t, "<Future finished result=4>", f.String())

		f = async.NewFuture[int](ctx)
		require.NoError(t, f.SetError(errMine))
		require.Equal(t, "<Future finished error=mine>", f.String())
		require.Equal(t, errMine, f.Err())
	})
}

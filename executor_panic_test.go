package async_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestToThreadAwaitingInTheFunctionPanics(t *testing.T) {
	awaits := map[string]func(ctx context.Context){
		"Sleep":       func(ctx context.Context) { _ = async.Sleep(ctx, time.Second) },
		"Go":          func(ctx context.Context) { async.Go(ctx, func(context.Context) error { return nil }) },
		"derived":     func(ctx context.Context) { _ = async.Yield(context.WithValue(ctx, valueKey{}, 1)) },
		"RunningLoop": func(ctx context.Context) { async.RunningLoop(ctx) },
	}
	for name, await := range awaits {
		t.Run(name, func(t *testing.T) {
			asynctest.Run(t, func(ctx context.Context) {
				said, err := async.ToThreadValue(ctx, func(ctx context.Context) (said any, err error) {
					defer func() { said = recover() }()
					await(ctx)
					return nil, nil
				})
				require.NoError(t, err)
				require.Contains(t, said, "async: ")
				require.Contains(t, said, "off the loop")
			})
		})
	}
}

func explode(context.Context) error { panic("boom") }

func TestToThreadPanicComesBackWithItsStack(t *testing.T) {
	var told []string
	r := async.Runner{OnError: func(e *async.ErrorEvent) { told = append(told, e.Message) }}
	caught := make(chan *async.PanicError, 2)
	err := r.Run(t.Context(), func(ctx context.Context) error {
		for _, run := range []func() error{
			func() error { return async.ToThread(ctx, explode) },
			func() error {
				return async.RunInExecutor(ctx, nil, func(ctx context.Context) (int, error) { return 0, explode(ctx) }).Wait(ctx)
			},
		} {
			func() {
				defer func() { caught <- recover().(*async.PanicError) }()
				_ = run()
			}()
		}
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, r.Close())
	for range 2 {
		p := <-caught
		require.Equal(t, "boom", p.Value)
		require.Equal(t, "Task-1, off the loop", p.Task)
		require.Contains(t, string(p.Stack), "explode")
	}
	require.Equal(t, []string{"panic off the loop", "panic off the loop"}, told)
}

func TestRunInExecutorPanicThatNobodyAwaitsPanicsOutOfRun(t *testing.T) {
	quiet := async.Runner{OnError: func(*async.ErrorEvent) {}}
	require.NoError(t, quiet.Run(t.Context(), func(ctx context.Context) error {
		async.RunInExecutor(ctx, nil, func(ctx context.Context) (int, error) { return 0, explode(ctx) })
		return nil
	}))
	p := recoverPanic(func() { _ = quiet.Close() })
	require.Equal(t, "boom", p.Value)

	began, release := make(chan struct{}), make(chan struct{})
	abandoned := async.Runner{OnError: func(*async.ErrorEvent) {}}
	require.NoError(t, abandoned.Run(t.Context(), func(ctx context.Context) error {
		task := async.Go(ctx, func(ctx context.Context) error {
			return async.ToThread(ctx, func(ctx context.Context) error {
				close(began)
				<-release
				return explode(ctx)
			})
		})
		_, _, _ = async.Recv(ctx, began)
		task.Cancel()
		require.Error(t, task.Wait(ctx))
		close(release)
		return nil
	}))
	p = recoverPanic(func() { _ = abandoned.Close() })
	require.Equal(t, "boom", p.Value)
}

// recoverPanic is the panic of fn.
func recoverPanic(fn func()) (p *async.PanicError) {
	defer func() { p, _ = recover().(*async.PanicError) }()
	fn()
	return nil
}

func TestToThreadGoexitIsTheAwaiters(t *testing.T) {
	exit := func(context.Context) (int, error) {
		runtime.Goexit()
		return 0, nil
	}
	runs := map[string]func(ctx context.Context){
		"ToThread":      func(ctx context.Context) { _, _ = async.ToThreadValue(ctx, exit) },
		"RunInExecutor": func(ctx context.Context) { _ = async.RunInExecutor(ctx, nil, exit).Wait(ctx) },
	}
	for name, run := range runs {
		t.Run(name, func(t *testing.T) {
			var cleaned, returned bool
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_ = async.Run(context.Background(), func(ctx context.Context) error {
					defer func() { cleaned = true }()
					run(ctx)
					returned = true
					return nil
				})
				returned = true
			}()
			<-ended
			require.True(t, cleaned)
			require.False(t, returned, "the task and Run end by Goexit")
		})
	}
}

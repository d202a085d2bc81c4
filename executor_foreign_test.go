package async_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestToThreadOnAForeignExecutorNeverSeesAnotherCallsEnd(t *testing.T) {
	r := &async.Runner{Executor: goExecutor{}}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		tasks := make([]*async.Task[async.Void], 8)
		for i := range tasks {
			tasks[i] = async.Go(ctx, func(ctx context.Context) error {
				for n := range 2_000 {
					v, err := async.ToThreadValue(ctx, func(context.Context) (int, error) {
						runtime.Gosched()
						return n + 1, nil
					})
					if err != nil || v != n+1 {
						return errors.New("the value of another call")
					}
				}
				return nil
			})
		}
		for _, task := range tasks {
			require.NoError(t, task.Wait(ctx))
		}
		return nil
	}))
	require.NoError(t, r.Close())
}

// oftenExecutor calls what it is given more than once, which it must not.
type oftenExecutor struct {
	goExecutor
	runs []func(ctx context.Context)
}

func (e *oftenExecutor) Execute(ctx context.Context, run func(ctx context.Context)) error {
	for _, earlier := range e.runs {
		earlier(ctx)
	}
	e.runs = append(e.runs, run)
	run(ctx)
	return nil
}

func TestExecutorThatCallsAFunctionAgainDoesNotRunAnotherOne(t *testing.T) {
	r := &async.Runner{Executor: &oftenExecutor{}}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		for n := range 10 {
			calls := 0
			v, err := async.ToThreadValue(ctx, func(context.Context) (int, error) {
				calls++
				return n, nil
			})
			require.NoError(t, err)
			require.Equal(t, n, v)
			require.Equal(t, 1, calls)
		}
		return nil
	}))
	require.NoError(t, r.Close())
}

func TestExecutorWhoseExecutePanicsOrExitsDoesSoInTheCaller(t *testing.T) {
	for name, execute := range map[string]func(run func()){
		"panic":                  func(func()) { panic("boom") },
		"panic after it ran":     func(run func()) { run(); panic("boom") },
		"panic while it may run": func(run func()) { go run(); panic("boom") },
	} {
		for way, call := range map[string]func(ctx context.Context, ex async.Executor){
			"ToThread": func(ctx context.Context, ex async.Executor) {
				_ = async.ToThread(ctx, func(context.Context) error { return nil })
			},
			"RunInExecutor": func(ctx context.Context, ex async.Executor) {
				async.RunInExecutor(ctx, ex, func(context.Context) (int, error) { return 1, nil })
			},
		} {
			t.Run(name+"/"+way, func(t *testing.T) {
				ex := badExecutor{Bad: execute}
				r := &async.Runner{Executor: ex, OnError: func(*async.ErrorEvent) {}}
				require.Equal(t, "boom", panicOf(func() {
					_ = r.Run(context.Background(), func(ctx context.Context) error {
						call(ctx, ex)
						return nil
					})
				}).(*async.PanicError).Value)
				require.NoError(t, r.Close())
			})
		}
	}
	ex := badExecutor{Bad: func(func()) { runtime.Goexit() }}
	require.True(t, endsByGoexit(func() {
		_ = (&async.Runner{Executor: ex}).Run(context.Background(), func(ctx context.Context) error {
			return async.ToThread(ctx, func(context.Context) error { return nil })
		})
	}))
}

func TestToThreadPanicDuringAGoexitIsAPanic(t *testing.T) {
	panics := func(context.Context) error {
		defer panic("boom")
		runtime.Goexit()
		return nil
	}
	for name, ex := range map[string]async.Executor{"own": goExecutor{}, "pool": nil} {
		t.Run(name, func(t *testing.T) {
			r := &async.Runner{Executor: ex, OnError: func(*async.ErrorEvent) {}}
			require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
				p, ok := panicOf(func() { _ = async.ToThread(ctx, panics) }).(*async.PanicError)
				require.True(t, ok)
				require.Equal(t, "boom", p.Value)
				return nil
			}))
			require.NoError(t, r.Close())
		})
	}
}

package behavior_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/testkit"
)

// exit calls runtime.Goexit, as t.FailNow and require do.
func exit(context.Context) error {
	runtime.Goexit()
	return nil
}

// runExits reports whether Run ends its goroutine by Goexit when it runs main.
func runExits(main func(ctx context.Context) error) bool {
	return testkit.EndsByGoexit(func() {
		r := &async.Runner{Clock: asynctest.NewClock()}
		_ = r.Run(context.Background(), main)
		_ = r.Close()
	}) && testkit.EndsByGoexit(func() {
		_ = async.Run(context.Background(), main)
	})
}

func TestGoexitInATaskEndsRunByGoexit(t *testing.T) {
	for name, main := range map[string]func(ctx context.Context) error{
		"main": exit,
		"main, later": func(ctx context.Context) error {
			_ = async.Sleep(ctx, time.Millisecond)
			return exit(ctx)
		},
		"a task that is awaited":    func(ctx context.Context) error { return async.Go(ctx, exit).Wait(ctx) },
		"a task that nobody awaits": func(ctx context.Context) error { async.Go(ctx, exit); return testkit.Forever(ctx) },
		"an eager task":             func(ctx context.Context) error { async.GoEager(ctx, exit); return nil },
		"an eager task in an eager task": func(ctx context.Context) error {
			async.GoEager(ctx, func(ctx context.Context) error {
				async.GoEager(ctx, exit)
				return async.Yield(ctx)
			})
			return async.Yield(ctx)
		},
		"an eager task, later": func(ctx context.Context) error {
			async.GoEager(ctx, func(ctx context.Context) error {
				_ = async.Yield(ctx)
				return exit(ctx)
			})
			return testkit.Forever(ctx)
		},
		"a task in the iteration in which main ends": func(ctx context.Context) error {
			async.Go(ctx, exit)
			return nil
		},
		"a task that cleans up when the loop ends": func(ctx context.Context) error {
			async.Go(ctx, func(ctx context.Context) error {
				defer runtime.Goexit()
				return testkit.Forever(ctx)
			})
			return async.Yield(ctx)
		},
		"a task that cleans up after a deadlock": func(ctx context.Context) error {
			defer runtime.Goexit()
			return testkit.Forever(ctx)
		},
		"a deferred function": func(ctx context.Context) error {
			defer runtime.Goexit()
			return async.Yield(ctx)
		},
		"deferred functions, nested": func(ctx context.Context) error {
			defer runtime.Goexit()
			defer func() {
				defer runtime.Goexit()
				_ = async.Yield(ctx)
			}()
			return exit(ctx)
		},
		"a deferred function while the task panics": func(ctx context.Context) error {
			defer runtime.Goexit()
			return bang(ctx)
		},
		"several tasks": func(ctx context.Context) error {
			for range 10 {
				async.Go(ctx, exit)
			}
			return testkit.Forever(ctx)
		},
		"a callback": func(ctx context.Context) error {
			async.RunningLoop(ctx).CallSoon(runtime.Goexit)
			return testkit.Forever(ctx)
		},
		"a timer's callback": func(ctx context.Context) error {
			async.RunningLoop(ctx).CallLater(time.Millisecond, runtime.Goexit)
			return testkit.Forever(ctx)
		},
		"a done callback": func(ctx context.Context) error {
			async.Go(ctx, async.Yield).OnDone(runtime.Goexit)
			return testkit.Forever(ctx)
		},
		"a callback while the loop ends": func(ctx context.Context) error {
			task := async.Go(ctx, testkit.Forever)
			task.OnDone(runtime.Goexit)
			async.Go(ctx, func(ctx context.Context) error {
				_ = task.Wait(ctx)
				return async.Yield(async.Uncancel(ctx))
			})
			return async.Yield(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.True(t, runExits(func(ctx context.Context) error {
				async.Go(ctx, testkit.Forever)
				return main(ctx)
			}))
		})
	}
}

func TestGoexitRunsTheDeferredFunctionsOfEveryTask(t *testing.T) {
	var r testkit.Record
	exits := runExits(func(ctx context.Context) error {
		r = nil
		async.Go(ctx, func(ctx context.Context) error {
			defer r.Add("the other ends")
			err := testkit.Forever(ctx)
			r.Add("the other sleeps: %v", async.Sleep(async.Uncancel(ctx), time.Second/1000))
			return err
		})
		async.Go(ctx, func(ctx context.Context) error {
			defer r.Add("ends")
			defer func() {
				r.Add("sleeps: %v", async.Sleep(ctx, time.Second/1000))
				r.Add("awaits: %v", async.Go(ctx, async.Yield).Wait(ctx))
			}()
			return exit(ctx)
		})
		defer r.Add("main ends")
		return testkit.Forever(ctx)
	})
	require.True(t, exits)
	require.Equal(t, testkit.Record{"sleeps: <nil>", "awaits: <nil>", "ends", "main ends", "the other sleeps: <nil>", "the other ends"}, r)
}

func TestGoexitWithAPanicInADeferredFunctionPanicsOutOfRun(t *testing.T) {
	var told testkit.Events
	p := testkit.Panicked(t, func() {
		r := &async.Runner{Clock: asynctest.NewClock(), OnError: told.Add}
		defer r.Close()
		_ = r.Run(context.Background(), func(ctx context.Context) error {
			task := async.Go(ctx, func(ctx context.Context) error {
				defer func() {
					_ = async.Yield(ctx)
					panic("while it exits")
				}()
				return exit(ctx)
			})
			return task.Wait(ctx)
		})
	})
	require.Equal(t, "while it exits", p.Value)
	require.Len(t, told, 1)
}

func TestGoexitWithAPanicInADeferredFunctionIsRecoverable(t *testing.T) {
	require.True(t, runExits(func(ctx context.Context) error {
		defer func() {
			defer func() { _ = recover() }()
			_ = async.Yield(ctx)
			panic("while it exits")
		}()
		return exit(ctx)
	}))
}

func TestGoexitInTheErrorHandlerIsNoHang(t *testing.T) {
	exiting := func(main func(ctx context.Context) error) func() {
		return func() {
			r := &async.Runner{Clock: asynctest.NewClock(), OnError: func(*async.ErrorEvent) { runtime.Goexit() }}
			defer func() {
				defer func() { _ = recover() }() // the panic that nobody retrieved
				_ = r.Close()
			}()
			_ = r.Run(context.Background(), main)
		}
	}
	onGoroutine(exiting(func(ctx context.Context) error {
		async.Go(ctx, bang)
		return async.Sleep(ctx, time.Second)
	}))
	require.True(t, testkit.EndsByGoexit(exiting(func(ctx context.Context) error {
		async.RunningLoop(ctx).CallSoon(func() { panic("in a callback") })
		return async.Sleep(ctx, time.Second)
	})))
	require.True(t, testkit.EndsByGoexit(exiting(func(ctx context.Context) error {
		async.Go(ctx, func(context.Context) error { return testkit.ErrBoom })
		return async.Sleep(ctx, time.Second)
	})))
}

// onGoroutine calls f on a goroutine of its own, and waits for its end.
func onGoroutine(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

func TestGoexitOfFailNowInATaskEndsTheTest(t *testing.T) {
	var failed, went bool
	onGoroutine(func() {
		fake := &fakeT{}
		defer func() { failed = fake.failed }()
		_ = async.Run(context.Background(), func(ctx context.Context) error {
			return async.Go(ctx, func(context.Context) error {
				require.Fail(fake, "in a task")
				return nil
			}).Wait(ctx)
		})
		went = true
	})
	require.True(t, failed)
	require.False(t, went)
}

// fakeT is as much of a testing.T as require needs.
type fakeT struct{ failed bool }

func (f *fakeT) Errorf(string, ...any) { f.failed = true }
func (f *fakeT) FailNow()              { runtime.Goexit() }

func TestGoexitClosesTheRunner(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	require.True(t, testkit.EndsByGoexit(func() { _ = r.Run(context.Background(), exit) }))
	require.PanicsWithValue(t, "async: Run on a Runner that was closed: make a new one", func() {
		_ = r.Run(context.Background(), async.Yield)
	})
	require.NoError(t, r.Close())
}

func TestGoexitWithoutAGoroutineOfRunIsAnError(t *testing.T) {
	r := &async.Runner{OnError: func(*async.ErrorEvent) {}}
	p := r.Start(context.Background())
	for range 3 {
		_, err := async.Submit(p, func(ctx context.Context) (int, error) { return 0, exit(ctx) }).Wait(context.Background())
		require.ErrorIs(t, err, async.ErrGoexit)
		_, err = async.Submit(p, func(ctx context.Context) (int, error) { return 0, async.Go(ctx, exit).Wait(ctx) }).Wait(context.Background())
		require.ErrorIs(t, err, async.ErrGoexit)
	}
	require.NoError(t, r.Close())
}

func TestGoexitInACallbackOfAStartedLoopLeavesTheLoopAlone(t *testing.T) {
	r := &async.Runner{}
	p := r.Start(context.Background())
	require.NoError(t, testkit.Soon(p, runtime.Goexit))
	v, err := async.Submit(p, func(ctx context.Context) (int, error) {
		async.Go(ctx, testkit.Forever).OnDone(runtime.Goexit) // when the loop ends
		return 1, nil
	}).Wait(context.Background())
	require.NoError(t, err)
	require.Equal(t, 1, v)
	require.NoError(t, r.Close())
}

func TestGoexitThatNobodyAwaitedIsReportedInAStartedLoop(t *testing.T) {
	var told testkit.Events
	r := &async.Runner{OnError: told.Add}
	p := r.Start(context.Background())
	_, err := async.Submit(p, func(ctx context.Context) (int, error) {
		task := async.Go(ctx, exit)
		_ = async.Yield(ctx)
		defer runtime.KeepAlive(task)
		return 0, nil
	}).Wait(context.Background())
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Equal(t, []error{async.ErrGoexit}, told.Errors())
}

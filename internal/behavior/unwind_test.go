package behavior_test

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/testkit"
)

// unwindings are the ways in which a function ends without returning.
var unwindings = map[string]func(){
	"panic":           func() { panic("boom") },
	"Goexit":          runtime.Goexit,
	"panic in Goexit": func() { defer panic("boom"); runtime.Goexit() },
	"Goexit in panic": func() { defer runtime.Goexit(); panic("boom") },
	"recovered in it": func() { defer func() { _ = recover() }(); defer panic("boom"); runtime.Goexit() },
}

// unwindPlaces are the places where a function of the user's runs.
var unwindPlaces = map[string]func(ctx context.Context, unwind func()){
	"task": func(ctx context.Context, unwind func()) {
		async.Go(ctx, func(context.Context) error { unwind(); return nil })
	},
	"task after an await": func(ctx context.Context, unwind func()) {
		async.Go(ctx, func(ctx context.Context) error { defer unwind(); return async.Yield(ctx) })
	},
	"awaited task": func(ctx context.Context, unwind func()) {
		_ = async.Go(ctx, func(context.Context) error { unwind(); return nil }).Wait(ctx)
	},
	"eager task": func(ctx context.Context, unwind func()) {
		async.GoEager(ctx, func(context.Context) error { unwind(); return nil })
	},
	"eager task of a callback": func(ctx context.Context, unwind func()) {
		l := async.RunningLoop(ctx)
		l.CallSoon(func() { async.GoEager(l.Context(), func(context.Context) error { unwind(); return nil }) })
	},
	"main itself":    func(_ context.Context, unwind func()) { unwind() },
	"callback":       func(ctx context.Context, unwind func()) { async.RunningLoop(ctx).CallSoon(unwind) },
	"timer":          func(ctx context.Context, unwind func()) { async.RunningLoop(ctx).CallLater(time.Microsecond, unwind) },
	"OnDone":         func(ctx context.Context, unwind func()) { async.Go(ctx, async.Yield).OnDone(unwind) },
	"OnDone of main": func(ctx context.Context, unwind func()) { async.CurrentTask(ctx).OnDone(unwind) },
	"group body": func(ctx context.Context, unwind func()) {
		_ = async.WithTaskGroup(ctx, func(context.Context, *async.TaskGroup) error { unwind(); return nil })
	},
	"group member": func(ctx context.Context, unwind func()) {
		_ = async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(func(context.Context) error { unwind(); return nil })
			tg.Go(testkit.Forever)
			return nil
		})
	},
	"timeout body": func(ctx context.Context, unwind func()) {
		_ = async.Timeout(ctx, time.Second, func(context.Context) error { unwind(); return nil })
	},
	"ToThread": func(ctx context.Context, unwind func()) {
		_ = async.ToThread(ctx, func(context.Context) error { unwind(); return nil })
	},
	"RunInExecutor": func(ctx context.Context, unwind func()) {
		async.RunInExecutor(ctx, nil, func(context.Context) (int, error) { unwind(); return 0, nil })
	},
	"executor of one's own": func(ctx context.Context, unwind func()) {
		_ = async.RunInExecutor(ctx, testkit.GoExecutor{}, func(context.Context) (int, error) { unwind(); return 0, nil }).Wait(ctx)
	},
	"Execute": func(ctx context.Context, unwind func()) {
		async.RunInExecutor(ctx, testkit.BadExecutor{Bad: func(func()) { unwind() }}, func(context.Context) (int, error) { return 42, nil })
	},
	"CallSoonThreadsafe": func(ctx context.Context, unwind func()) {
		p := async.RunningLoop(ctx).Portal()
		defer p.Close()
		_ = testkit.Soon(p, unwind)
	},
	"Submit": func(ctx context.Context, unwind func()) {
		p := async.RunningLoop(ctx).Portal()
		defer p.Close()
		async.Submit(p, func(context.Context) (int, error) { unwind(); return 0, nil })
	},
	"error handler": func(ctx context.Context, unwind func()) {
		async.RunningLoop(ctx).CallSoon(func() { panic(handled(unwind)) })
	},
	"cleanup": func(ctx context.Context, unwind func()) {
		async.Go(ctx, func(ctx context.Context) error { defer unwind(); return testkit.Forever(ctx) })
	},
	"OnDone in the cleanup": func(ctx context.Context, unwind func()) { async.Go(ctx, testkit.Forever).OnDone(unwind) },
	"eager task in the cleanup": func(ctx context.Context, unwind func()) {
		l := async.RunningLoop(ctx)
		async.Go(ctx, testkit.Forever).OnDone(func() { async.GoEager(l.Context(), func(context.Context) error { unwind(); return nil }) })
	},
	"cleanup that waits for ever": func(ctx context.Context, unwind func()) {
		async.Go(ctx, func(ctx context.Context) error { defer unwind(); return testkit.Forever(context.WithoutCancel(ctx)) })
	},
	"function off the loop at the end": func(ctx context.Context, unwind func()) {
		async.Go(ctx, func(ctx context.Context) error {
			_ = testkit.Forever(ctx)
			async.RunInExecutor(ctx, nil, func(context.Context) (int, error) { unwind(); return 0, nil })
			return nil
		})
	},
}

// handled is a panic that the error handler answers with an unwinding.
type handled func()

func handle(e *async.ErrorEvent) {
	if p, ok := errors.AsType[*async.PanicError](e.Err); ok {
		if unwind, ok := p.Value.(handled); ok {
			unwind()
		}
	}
}

// unwindModes run main with a loop, to its end.
var unwindModes = map[string]func(main func(ctx context.Context) error){
	"Run": func(main func(ctx context.Context) error) { _ = async.Run(context.Background(), main) },
	"Runner": func(main func(ctx context.Context) error) {
		r := &async.Runner{Clock: asynctest.NewClock(), OnError: handle}
		defer r.Close()
		_ = r.Run(context.Background(), main)
	},
	"debug": func(main func(ctx context.Context) error) {
		r := &async.Runner{Clock: asynctest.NewClock(), OnError: handle, Debug: true, Eager: true}
		defer r.Close()
		_ = r.Run(context.Background(), main)
	},
	"Start": func(main func(ctx context.Context) error) {
		r := &async.Runner{OnError: handle}
		p := r.Start(context.Background())
		defer r.Close()
		<-async.Submit(p, func(ctx context.Context) (int, error) { return 0, main(ctx) }).Done()
		if v, err := async.Submit(p, func(context.Context) (int, error) { return 42, nil }).Wait(context.Background()); v != 42 || err != nil {
			panic("the started loop does not go on")
		}
	},
}

// However a function of the user's ends, the loop comes to its end, and the
// deferred functions of all its tasks have run.
func TestUnwindingAnywhereNeitherHangsALoopNorLosesACleanup(t *testing.T) {
	for place, run := range unwindPlaces {
		for way, unwind := range unwindings {
			for mode, with := range unwindModes {
				t.Run(place+"/"+way+"/"+mode, func(t *testing.T) {
					var begun, ended atomic.Int32
					done := make(chan any, 1)
					go func() {
						returned := false
						defer func() {
							if v := recover(); v != nil || returned {
								done <- v
								return
							}
							done <- "Goexit"
						}()
						with(func(ctx context.Context) error {
							async.Go(ctx, func(ctx context.Context) error {
								begun.Add(1)
								defer ended.Add(1)
								return testkit.Forever(ctx)
							})
							if err := async.Yield(ctx); err != nil {
								return err
							}
							run(ctx, unwind)
							_ = async.Yield(ctx)
							return async.Sleep(ctx, time.Millisecond)
						})
						returned = true
					}()
					select {
					case v := <-done:
						require.NotEqual(t, "the started loop does not go on", v)
					case <-time.After(20 * time.Second):
						t.Fatal("it hangs")
					}
					require.Equal(t, begun.Load(), ended.Load())
					require.EqualValues(t, 1, begun.Load())
				})
			}
		}
	}
}

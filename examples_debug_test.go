package async_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// Debug mode and a log: the program says what it does, and the loop what nobody
// else would say, and where it began.
func ExampleRunner_debug() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: withoutTime}))
	sayHello := func(ctx context.Context) error {
		logger.Debug("Hello!")
		if err := async.Sleep(ctx, time.Second); err != nil {
			return err
		}
		logger.Debug("World!")
		return nil
	}
	forgotten := func(ctx context.Context) error { return errors.New("nobody asked") }

	runner := async.Runner{Debug: true, Logger: logger, Clock: asynctest.NewClock()}
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		async.Go(ctx, forgotten)
		return sayHello(ctx)
	})
	fmt.Println(err, runner.Close())
	// Output:
	// level=DEBUG msg=Hello!
	// level=DEBUG msg=World!
	// level=ERROR msg="async: error was never retrieved" task=Task-2 started=examples_debug_test.go:33 error="nobody asked"
	// <nil> <nil>
}

// withoutTime leaves the time out of a log.
func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// The first pitfall: a task that computes, or blocks, keeps all others from
// running. Debug mode tells so while it happens.
func ExampleRunner_pitfallBlockingTheLoop() {
	var told atomic.Bool
	runner := async.Runner{Debug: true, SlowStep: time.Millisecond, OnError: func(e *async.ErrorEvent) {
		fmt.Println(e.Task+":", e.Message)
		told.Store(true)
	}}
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		for !told.Load() {
			continue // computes, without an await
		}
		fmt.Println("slow steps:", async.RunningLoop(ctx).SlowSteps())
		return nil
	})
	fmt.Println(err, runner.Close())
	// Output:
	// Task-1: a step has held the baton for more than 1ms
	// slow steps: 1
	// <nil> <nil>
}

// The second pitfall: a coroutine that is made and not awaited does nothing.
// asyncvet, of the module analyzer, finds such a line.
func ExampleCoro_pitfallForgettingToAwait() {
	sayHello := func() async.Func {
		return func(ctx context.Context) error {
			fmt.Println("Hello!")
			return nil
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		sayHello() //asyncvet:ignore forgotten on purpose
		fmt.Println("nothing was said")
		return sayHello()(ctx)
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// nothing was said
	// Hello!
}

// The third pitfall: several loops. One inside of another would block it, and
// is refused, as is a future of another loop.
func ExampleRun_pitfallSeveralLoops() {
	attempt := func(f func()) {
		defer func() { fmt.Println(recover()) }()
		f()
	}
	var other async.Runner
	defer other.Close()
	elsewhere := async.NewFuture[int](other.Loop().Context())

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		attempt(func() {
			_ = async.Run(ctx, func(ctx context.Context) error { return nil }) //asyncvet:ignore it panics
		})
		attempt(func() { _ = elsewhere.Wait(ctx) })
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// async: Run inside of a running loop: await the function, or start it with Go
	// async: a future of another loop was awaited: hand results over with a Portal, or run both in one loop
}

// The fourth pitfall: the error of a task that nobody awaits. It is not lost:
// the loop tells it, at the latest when it is closed.
func ExampleRunner_pitfallIgnoredTaskError() {
	runner := async.Runner{Clock: asynctest.NewClock(), OnError: func(e *async.ErrorEvent) {
		fmt.Printf("%s: %s: %v\n", e.Task, e.Message, e.Err)
	}}
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		async.Go(ctx, func(ctx context.Context) error { return errors.New("disk full") })
		return async.Sleep(ctx, time.Second)
	})
	fmt.Println(err, runner.Close())
	// Output:
	// Task-2: error was never retrieved: disk full
	// <nil> <nil>
}

// Dump shows who started whom and who waits for what, here of a program that
// has stopped: two tasks await each other.
func ExampleDump() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		var ping, pong *async.Task[async.Void]
		ping = async.Go(ctx, func(ctx context.Context) error { return pong.Wait(ctx) })
		pong = async.Go(ctx, func(ctx context.Context) error { return ping.Wait(ctx) })
		ping.SetName("ping")
		pong.SetName("pong")
		if err := async.Yield(ctx); err != nil {
			return err
		}
		fmt.Print(async.Dump(ctx))
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 3 tasks
	// Task-1 (ExampleDump) runs
	// ping (ExampleDump) waits for pong
	// pong (ExampleDump) waits for ping
	// cycle: ping waits for pong, which waits for ping
}

// DumpTree gives the tasks as data, here as JSON: each of them by itself, while
// the text has one line for those that are alike.
func ExampleDumpTree() {
	nap := func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		for range 3 {
			async.Go(ctx, nap)
		}
		if err := async.Yield(ctx); err != nil {
			return err
		}
		var tree *async.TaskTree = async.DumpTree(ctx)
		fmt.Print(tree)
		var last *async.TaskNode = tree.Roots[len(tree.Roots)-1]
		return json.NewEncoder(os.Stdout).Encode(last)
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 4 tasks
	// Task-1 (ExampleDumpTree) runs
	// 3 × Task-2 … Task-4 (ExampleDumpTree) waits for a timer
	// {"id":4,"name":"Task-4","function":"ExampleDumpTree","state":"waits","awaits":"a timer"}
}

// A Portal dumps a loop from outside, also one that something blocks: then it
// tells what that is.
func ExamplePortal_dump() {
	var runner async.Runner
	portal := runner.Start(context.Background())
	nap := func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }
	napping := async.Submit(portal, async.BindValue0(func(ctx context.Context) (async.Void, error) { return async.Void{}, nap(ctx) }))

	tree, err := portal.Dump(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	var holder *async.TaskHolder = tree.Holder
	if holder != nil {
		fmt.Println(holder.Task, "holds the baton in", holder.Stack)
	}
	fmt.Println(tree.Tasks, "task:", tree.Roots[0].Name)
	fmt.Println(napping.Cancel(), runner.Close())
	// Output:
	// 1 task: Task-1
	// true <nil>
}

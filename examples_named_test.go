package async_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// A name that a task has from its beginning.
func ExampleNamed() {
	work := func(ctx context.Context) error {
		fmt.Println(async.CurrentTask(ctx).Name(), "begins")
		return async.Sleep(ctx, time.Second)
	}

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		first := async.GoEager(async.Named(ctx, "worker-1"), work)
		second := async.Go(async.Named(ctx, "worker-2"), work)
		_, err := async.Gather(ctx, first, second)
		return err
	})
	fmt.Println(err)
	// Output:
	// worker-1 begins
	// worker-2 begins
	// <nil>
}

// The tasks of a group have names for reports and for Dump.
func ExampleTaskGroup_GoNamed() {
	work := func(ctx context.Context) (int, error) {
		name := async.CurrentTask(ctx).Name()
		return async.SleepValue(ctx, time.Second, len(name))
	}

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			reader := tg.GoNamed("reader", func(ctx context.Context) error { return async.Sleep(ctx, time.Second) })
			counter := async.GoNamedValueIn(tg, "counter", work)
			n, err := counter.Await(ctx)
			fmt.Println(reader.Name(), counter.Name(), n)
			return err
		})
	})
	fmt.Println(err)
	// Output:
	// reader counter 7
	// <nil>
}

// In a loop that starts tasks eagerly, GoLazy starts one that waits for its
// turn.
func ExampleGoLazy() {
	say := func(text string) func(context.Context) error {
		return func(context.Context) error {
			fmt.Println(text)
			return nil
		}
	}

	runner := async.Runner{Clock: asynctest.NewClock(), Eager: true}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		lazy := async.GoLazy(ctx, say("third"))
		async.Go(ctx, say("first"))
		fmt.Println("second")
		return lazy.Wait(ctx)
	})
	fmt.Println(err)
	// Output:
	// first
	// second
	// third
	// <nil>
}

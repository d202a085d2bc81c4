package async_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// Callbacks of futures and tasks have their turn after the end, and none once
// they are removed.
func ExampleFuture_OnDone() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		future := async.NewFuture[int](ctx)
		future.OnDone(func() { fmt.Println("the future is done") })
		remove := future.OnDone(func() { fmt.Println("never called") })
		fmt.Println("removed:", remove())

		task := async.Go(ctx, func(ctx context.Context) error { return future.SetResult(1) })
		task.OnDone(func() { fmt.Println("the task has ended") })
		return async.Sleep(ctx, time.Second)
	})
	fmt.Println(err)
	// Output:
	// removed: true
	// the future is done
	// the task has ended
	// <nil>
}

// Functions called by the loop: as soon as it is their turn, and at a time.
func ExampleHandle() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		start := loop.Now()
		var handle *async.Handle = loop.CallAt(start.Add(time.Minute), func() { fmt.Println("never called") })
		fmt.Println("it would be called after", handle.When().Sub(start))
		handle.Cancel()
		loop.CallSoon(func() { fmt.Println("called soon") })
		return async.Sleep(ctx, time.Hour)
	})
	fmt.Println(err)
	// Output:
	// it would be called after 1m0s
	// called soon
	// <nil>
}

// Other goroutines reach a loop through its portal: they have functions called
// there, and look at its tasks.
func ExamplePortal_CallSoonThreadsafe() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		came := async.NewFuture[string](ctx)
		go func() {
			tasks, _ := portal.AllTasks(context.Background())
			_, _ = portal.CallSoonThreadsafe(func() { _ = came.SetResult(tasks[0].Name() + " has waited") })
		}()
		text, err := came.Await(ctx)
		fmt.Println(text)
		return err
	})
	fmt.Println(err)
	// Output:
	// Task-1 has waited
	// <nil>
}

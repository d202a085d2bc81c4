package async_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// fetch is a plain function with an argument and a value.
func fetch(ctx context.Context, page string) (int, error) {
	return async.SleepValue(ctx, time.Second, len(page))
}

// announce is a plain function with an argument.
func announce(ctx context.Context, text string) error {
	if err := async.Sleep(ctx, time.Second); err != nil {
		return err
	}
	fmt.Println(text)
	return nil
}

// Bind makes coroutines of plain functions and their arguments, as a call does
// in Python.
func ExampleBind() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		_, err := async.Gather(ctx, async.Bind(announce, "ready"), async.Bind(announce, "steady"))
		return err
	})
	fmt.Println(err)
	// Output:
	// ready
	// steady
	// <nil>
}

// BindValue is for functions with a value.
func ExampleBindValue() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		sizes, err := async.Gather(ctx, async.BindValue(fetch, "index"), async.BindValue(fetch, "about us"))
		fmt.Println(sizes, async.RunningLoop(ctx).Time())
		return err
	})
	fmt.Println(err)
	// Output:
	// [5 8] 1s
	// <nil>
}

// Funcs takes plain functions as they are.
func ExampleFuncs() {
	work := func(ctx context.Context) error { return async.Sleep(ctx, time.Second) }

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		_, err := async.Gather(ctx, async.Funcs(work, work, work)...)
		fmt.Println(async.RunningLoop(ctx).Time())
		return err
	})
	fmt.Println(err)
	// Output:
	// 1s
	// <nil>
}

// A task and a coroutine are of different types: Awaitables makes one list of
// both.
func ExampleAwaitables() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		task := async.GoValue(ctx, async.BindValue(fetch, "index"))
		sizes, err := async.Gather(ctx, async.Awaitables(task, async.BindValue(fetch, "about us"))...)
		fmt.Println(sizes)
		return err
	})
	fmt.Println(err)
	// Output:
	// [5 8]
	// <nil>
}

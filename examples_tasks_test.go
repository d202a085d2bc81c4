package async_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// All tasks of a loop, whatever their types, with the place where each is
// suspended.
func ExampleAllTasks() {
	wait := func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		async.Go(async.Named(ctx, "sleeper"), wait)
		_ = async.Yield(ctx)
		var self async.AnyTask = async.CurrentTask(ctx)
		for _, task := range async.AllTasks(ctx) {
			if task != self {
				fmt.Println(task.Name(), "is suspended, calls:", len(task.Stack()) > 0)
				task.CancelCause(errors.New("the show is over"))
			}
		}
		return nil
	})
	fmt.Println(err)
	// Output:
	// sleeper is suspended, calls: true
	// <nil>
}

// A task that begins at once, and in a loop where all do, one that does not.
func ExampleGoEagerValue() {
	answer := func(ctx context.Context) (int, error) {
		fmt.Println("computes")
		return 42, nil
	}

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		eager := async.GoEagerValue(ctx, answer)
		fmt.Println("done:", eager.Done())
		lazy := async.GoLazyValue(ctx, answer)
		fmt.Println("done:", lazy.Done())
		_, err := async.Gather(ctx, eager, lazy)
		return err
	})
	fmt.Println(err)
	// Output:
	// computes
	// done: true
	// done: false
	// computes
	// <nil>
}

// Main may have a value, in a loop of its own or on a Runner.
func ExampleRunValue() {
	add := func(ctx context.Context, a, b int) (int, error) { return async.SleepValue(ctx, time.Millisecond, a+b) }

	sum, err := async.RunValue(context.Background(), async.BindValue2(add, 1, 2))
	fmt.Println(sum, err)

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	sum, err = async.RunValueIn(&runner, context.Background(), async.BindValue2(add, 3, 4))
	fmt.Println(sum, err)
	// Output:
	// 3 <nil>
	// 7 <nil>
}

// Values of several types at once, of plain functions.
func ExampleGather3() {
	name := func(context.Context) (string, error) { return "Ann", nil }
	age := func(ctx context.Context, born, now, unlived int) (int, error) { return now - born - unlived, nil }
	say := func(context.Context) error { return nil }

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		n, a, _, err := async.Gather3(ctx, async.BindValue0(name), async.BindValue3(age, 1990, 2026, 1), async.Bind0(say))
		fmt.Println(n, a)
		return err
	})
	fmt.Println(err)
	// Output:
	// Ann 35
	// <nil>
}

// A group whose body has a value.
func ExampleWithTaskGroupValue() {
	half := func(ctx context.Context, n int) (int, error) { return async.SleepValue(ctx, time.Second, n/2) }

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		sum, err := async.WithTaskGroupValue(ctx, func(ctx context.Context, tg *async.TaskGroup) (int, error) {
			first := async.GoValueIn(tg, async.BindValue(half, 8))
			second := async.GoValueIn(tg, async.BindValue(half, 6))
			values, err := async.Gather(ctx, first, second)
			if err != nil {
				return 0, err
			}
			return values[0] + values[1], nil
		})
		fmt.Println(sum)
		return err
	})
	fmt.Println(err)
	// Output:
	// 7
	// <nil>
}

// Tasks and futures of several types in one list, until one of them fails.
func ExampleWaitables() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		when := async.FirstError
		number := async.NewFuture[int](ctx)
		fails := async.Go(ctx, func(ctx context.Context) error { return errors.New("no connection") })
		done, pending, err := async.Wait(ctx, when, async.Waitables(number, fails)...)
		fmt.Println(len(done), len(pending), done[0].Err())
		return err
	})
	fmt.Println(err)
	// Output:
	// 1 1 no connection
	// <nil>
}

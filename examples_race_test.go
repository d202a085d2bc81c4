package async_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// mirror answers after a while, or fails.
func mirror(name string, d time.Duration, fail error) async.Coro[string] {
	return func(ctx context.Context) (string, error) {
		if err := async.Sleep(ctx, d); err != nil {
			fmt.Println(name, "is stopped")
			return "", err
		}
		return name, fail
	}
}

// The first to end wins, and the others are stopped.
func ExampleRace() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		winner, err := async.Race(ctx,
			mirror("Lisbon", 3*time.Second, nil),
			mirror("Oslo", 1*time.Second, nil),
			mirror("Quito", 2*time.Second, nil),
		)
		fmt.Println(winner, err)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Lisbon is stopped
	// Quito is stopped
	// Oslo <nil>
}

// The first to succeed wins: errors count only when nobody does.
func ExampleAny() {
	errDown := errors.New("down")
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		winner, err := async.Any(ctx,
			mirror("Lisbon", 3*time.Second, nil),
			mirror("Oslo", 1*time.Second, errDown),
			mirror("Quito", 2*time.Second, nil),
		)
		fmt.Println(winner, err)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Lisbon is stopped
	// Quito <nil>
}

// At most two calls at a time, and the results in the order of the arguments.
func ExampleMap() {
	fetch := func(ctx context.Context, page int) (string, error) {
		fmt.Println(async.RunningLoop(ctx).Time(), "fetch", page)
		return async.SleepValue(ctx, time.Duration(4-page)*time.Second, fmt.Sprintf("<title>%d</title>", page))
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		titles, err := async.Map(ctx, 2, []int{1, 2, 3}, fetch)
		fmt.Println(titles, err)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0s fetch 1
	// 0s fetch 2
	// 2s fetch 3
	// [<title>1</title> <title>2</title> <title>3</title>] <nil>
}

// The tasks themselves, as they end.
func ExampleAsCompleted() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		tasks := []*async.Task[string]{
			async.GoValue(ctx, mirror("Lisbon", 3*time.Second, nil)),
			async.GoValue(ctx, mirror("Oslo", 1*time.Second, errors.New("down"))),
			async.GoValue(ctx, mirror("Quito", 2*time.Second, nil)),
		}
		for task, err := range async.AsCompleted(ctx, tasks...) {
			if err != nil {
				return err // ctx was canceled
			}
			name, err := task.Result()
			fmt.Printf("%q %v\n", name, err)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// "" down
	// "Quito" <nil>
	// "Lisbon" <nil>
}

func ExampleWait() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		slow := async.GoValue(ctx, mirror("Lisbon", 3*time.Second, nil))
		fast := async.GoValue(ctx, mirror("Oslo", 1*time.Second, nil))
		done, pending, err := async.Wait(ctx, async.FirstCompleted, slow, fast)
		if err != nil {
			return err
		}
		fmt.Println(len(done), "done,", len(pending), "pending")
		for _, task := range pending {
			task.Cancel()
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 done, 1 pending
	// Lisbon is stopped
}

func ExampleWaitTimeout() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		slow := async.GoValue(ctx, mirror("Lisbon", 3*time.Second, nil))
		_, pending, err := async.WaitTimeout(ctx, async.AllCompleted, time.Second, slow)
		fmt.Println(len(pending), "pending after", async.RunningLoop(ctx).Time())
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 pending after 1s
	// Lisbon is stopped
}

// Values of different types.
func ExampleGather2() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		name, year, err := async.Gather2(ctx,
			mirror("Lisbon", time.Second, nil),
			async.Coro[int](func(ctx context.Context) (int, error) { return async.SleepValue(ctx, time.Second, 1147) }),
		)
		fmt.Println(name, year, err)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Lisbon 1147 <nil>
}

// A task that runs already beside a coroutine that does not: name the type they
// have in common.
func ExampleGather_mixed() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		task := async.GoValue(ctx, mirror("Lisbon", time.Second, nil))
		names, err := async.Gather[async.Awaitable[string]](ctx, task, mirror("Oslo", time.Second, nil))
		fmt.Println(names, err)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// [Lisbon Oslo] <nil>
}

package async_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// After the group all its tasks have ended, and their results are there.
func ExampleWithTaskGroup() {
	fetchData := func(id int, d time.Duration) async.Coro[string] {
		return func(ctx context.Context) (string, error) {
			fmt.Printf("Coroutine %d starting to fetch data.\n", id)
			return async.SleepValue(ctx, d, fmt.Sprintf("Sample data from coroutine %d", id))
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		var tasks []*async.Task[string]
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			for i, sleepTime := range []time.Duration{2, 1, 3} {
				tasks = append(tasks, async.GoValueIn(tg, fetchData(i+1, sleepTime*time.Second)))
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, task := range tasks {
			result, _ := task.Result()
			fmt.Println(result)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Coroutine 1 starting to fetch data.
	// Coroutine 2 starting to fetch data.
	// Coroutine 3 starting to fetch data.
	// Sample data from coroutine 1
	// Sample data from coroutine 2
	// Sample data from coroutine 3
}

// The first task to fail cancels the others.
func ExampleTaskGroup_firstErrorCancels() {
	fetchData := func(id int, d time.Duration, fail error) async.Func {
		return func(ctx context.Context) error {
			if err := async.Sleep(ctx, d); err != nil {
				fmt.Printf("%d is canceled: %v\n", id, context.Cause(ctx))
				return err
			}
			return fail
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(fetchData(1, 2*time.Second, nil))
			tg.Go(fetchData(2, 1*time.Second, errors.New("no connection")))
			tg.Go(fetchData(3, 3*time.Second, nil))
			return nil
		})
		var group *async.GroupError
		if errors.As(err, &group) {
			fmt.Println("errors:", group.Errors)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 is canceled: no connection
	// 3 is canceled: no connection
	// errors: [no connection]
}

// A server's tasks are independent of each other: one that fails leaves the
// others alone, and Cancel ends them all.
func ExampleTaskGroup_supervise() {
	handle := func(id int) async.Func {
		return func(ctx context.Context) error {
			if err := async.Sleep(ctx, time.Duration(id)*time.Second); err != nil {
				return err
			}
			if id == 2 {
				return fmt.Errorf("request %d is broken", id)
			}
			fmt.Println("request", id, "is done")
			return nil
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		tg := async.TaskGroup{Supervise: true}
		err := tg.Do(ctx, func(ctx context.Context) error {
			for id := range 10 {
				tg.Go(handle(id))
			}
			async.RunningLoop(ctx).CallLater(4500*time.Millisecond, tg.Cancel)
			return nil
		})
		fmt.Println(err)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// request 0 is done
	// request 1 is done
	// request 3 is done
	// request 4 is done
	// async: task group: request 2 is broken
}

// At most two of the tasks run at once. Go never suspends: the others wait for
// their turn.
func ExampleTaskGroup_limit() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		tg := async.TaskGroup{Limit: 2}
		return tg.Do(ctx, func(ctx context.Context) error {
			for i := range 5 {
				tg.Go(func(ctx context.Context) error {
					fmt.Println(async.RunningLoop(ctx).Time(), "begin", i)
					return async.Sleep(ctx, time.Second)
				})
			}
			return nil
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0s begin 0
	// 0s begin 1
	// 1s begin 2
	// 1s begin 3
	// 2s begin 4
}

// What a group's tasks have failed of can be looked for as with any error.
func ExampleGroupError() {
	errDisk, errNet := errors.New("disk full"), errors.New("no connection")
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(func(context.Context) error { return errDisk })
			tg.Go(func(context.Context) error { return fmt.Errorf("upload: %w", errNet) })
			return nil
		})
		fmt.Println(err)
		fmt.Println(errors.Is(err, errDisk), errors.Is(err, errNet))
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// async: task group, 2 errors: disk full; upload: no connection
	// true true
}

func ExampleTaskGroup_Cancel() {
	tick := func(ctx context.Context) error {
		for {
			fmt.Println("tick")
			if err := async.Sleep(ctx, time.Second); err != nil {
				return err
			}
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(tick)
			err := async.Sleep(ctx, 2500*time.Millisecond)
			tg.Cancel()
			return err
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// tick
	// tick
	// tick
}

// Start returns when the server listens, so that what comes next can connect to
// it.
func ExampleTaskGroup_Start() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			err := tg.Start(ctx, func(ctx context.Context, ready func()) error {
				if err := async.Sleep(ctx, time.Second); err != nil { // finds a free port
					return err
				}
				fmt.Println("the server listens")
				ready()
				if err := async.Sleep(ctx, time.Hour); err != nil { // serves
					fmt.Println("the server ends")
					return err
				}
				return nil
			})
			fmt.Println("the clients connect")
			tg.Cancel()
			return err
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// the server listens
	// the clients connect
	// the server ends
}

func ExampleGoValueIn() {
	length := func(s string) async.Coro[int] {
		return func(ctx context.Context) (int, error) { return async.SleepValue(ctx, time.Second, len(s)) }
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		var a, b *async.Task[int]
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			a = async.GoValueIn(tg, length("apple"))
			b = async.GoValueIn(tg, length("fig"))
			return nil
		})
		if err != nil {
			return err
		}
		v, _ := a.Result()
		w, _ := b.Result()
		fmt.Println(v + w)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 8
}

package async_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func ExampleWaitFor() {
	eternity := async.Func(func(ctx context.Context) error {
		if err := async.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		fmt.Println("Can you sleep longer than this?")
		return nil
	})
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		_, err := async.WaitFor(ctx, eternity, time.Second)
		if errors.Is(err, async.ErrTimeout) {
			fmt.Println("timeout!")
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// timeout!
}

func ExampleTimeout() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		err := async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			if err := async.Sleep(ctx, time.Hour); err != nil {
				return fmt.Errorf("waiting for the answer: %w", err)
			}
			return nil
		})
		fmt.Println(errors.Is(err, async.ErrTimeout), errors.Is(err, context.DeadlineExceeded))
		var timeout *async.TimeoutError
		if errors.As(err, &timeout) {
			fmt.Println("the body said:", timeout.Body)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// true true
	// the body said: waiting for the answer: async: canceled: async: timed out
}

// As long as something comes in, the time limit moves on.
func ExampleTimeoutScope_Reschedule() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		idle := async.NewTimeout(3 * time.Second)
		err := idle.Do(ctx, func(ctx context.Context) error {
			for pause := time.Second; ; pause += time.Second {
				if err := async.Sleep(ctx, pause); err != nil {
					return err
				}
				fmt.Println("something after", pause)
				if err := idle.Reschedule(loop.Now().Add(3 * time.Second)); err != nil {
					return err
				}
			}
		})
		fmt.Println(err, "at", loop.Time())
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// something after 1s
	// something after 2s
	// async: timed out at 6s
}

// A timeout in a task is the task's failure: in a group it cancels the
// siblings. It is never mistaken for a cancellation.
func ExampleTimeout_inAGroup() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(func(ctx context.Context) error {
				return async.Timeout(ctx, time.Second, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
			})
			tg.Go(func(ctx context.Context) error {
				err := async.Sleep(ctx, time.Hour)
				fmt.Println("the sibling:", err)
				return err
			})
			return nil
		})
		fmt.Println(err)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// the sibling: async: canceled: async: timed out
	// async: task group: async: timed out
}

func ExampleWithTimeout() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		ctx, cancel := async.WithTimeout(ctx, time.Second)
		defer cancel()
		fmt.Println(async.Sleep(ctx, time.Hour))
		fmt.Println(ctx.Err())
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// async: timed out
	// context deadline exceeded
}

func ExampleWithDeadline() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		lunch := async.RunningLoop(ctx).Now().Add(12 * time.Hour)
		ctx, cancel := async.WithDeadline(ctx, lunch)
		defer cancel()
		fmt.Println(async.Sleep(ctx, 24*time.Hour), "at", async.RunningLoop(ctx).Now().Format(time.TimeOnly))
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// async: timed out at 12:00:00
}

func ExampleWithCancelCause() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		work, stop := async.WithCancelCause(ctx)
		async.RunningLoop(ctx).CallLater(time.Second, func() { stop(errors.New("the user has left")) })
		fmt.Println(async.Sleep(work, time.Hour))
		return async.Sleep(ctx, time.Second) // the task goes on
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// async: canceled: the user has left
}

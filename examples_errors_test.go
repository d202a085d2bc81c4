package async_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// A future that nobody sets would be waited for for ever. The error names the
// tasks that wait.
func ExampleDeadlockError() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		return async.NewFuture[int](ctx).Wait(ctx)
	})
	var deadlock *async.DeadlockError
	fmt.Println(errors.Is(err, async.ErrDeadlock), errors.As(err, &deadlock))
	fmt.Println(len(deadlock.Tasks), "task waits")
	// Output:
	// true true
	// 1 task waits
}

// A cancellation has a cause, which is found in the error of whatever it has
// ended. Until the task has ended, Canceling counts the requests.
func ExampleCanceledError() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		task := async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
		future := async.NewFuture[int](ctx)
		_ = async.Yield(ctx)
		task.CancelCause(errors.New("no longer needed"))
		future.CancelCause(errors.New("never will be"))
		fmt.Println("requests:", task.Canceling())

		var canceled *async.CanceledError
		if errors.As(task.Wait(ctx), &canceled) {
			fmt.Println(canceled.Cause)
		}
		if errors.As(future.Wait(ctx), &canceled) {
			fmt.Println(canceled.Cause)
		}
		return nil
	})
	fmt.Println(err)
	// Output:
	// requests: 1
	// no longer needed
	// never will be
	// <nil>
}

// A group takes no more tasks after its end, and Start needs a task that says
// that it is ready.
func ExampleTaskGroup_errors() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		var tg async.TaskGroup
		err := tg.Do(ctx, func(ctx context.Context) error {
			err := tg.Start(ctx, func(context.Context, func()) error { return nil })
			fmt.Println(errors.Is(err, async.ErrNeverReady))
			return nil
		})
		late := tg.Go(async.Yield)
		fmt.Println(errors.Is(late.Wait(ctx), async.ErrGroupClosed))
		return err
	})
	fmt.Println(err)
	// Output:
	// true
	// true
	// <nil>
}

// Stop ends a Run before its main, which the next one, or Close, finds again.
func ExampleLoop_Stop() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		async.RunningLoop(ctx).CallLater(time.Second, async.RunningLoop(ctx).Stop)
		return async.Sleep(ctx, time.Hour)
	})
	fmt.Println(errors.Is(err, async.ErrStopped))
	// Output:
	// true
}

// What is submitted to a loop that has ended fails, and so does a task that
// ends its goroutine.
func ExamplePending_Wait() {
	var runner async.Runner
	portal := runner.Start(context.Background())
	_, err := async.Submit(portal, func(context.Context) (int, error) {
		runtime.Goexit() // what t.FailNow does
		return 0, nil
	}).Wait(context.Background())
	fmt.Println(errors.Is(err, async.ErrGoexit))

	_ = runner.Close()
	_, err = async.Submit(portal, func(context.Context) (int, error) { return 1, nil }).Wait(context.Background())
	fmt.Println(errors.Is(err, async.ErrClosed))
	// Output:
	// true
	// true
}

// A body that ends with more than its cancellation when the time is up: the
// error is a timeout, and keeps what the body said. Package net's conventions
// hold for it.
func ExampleTimeoutError() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		return async.Timeout(ctx, time.Second, func(ctx context.Context) error {
			return fmt.Errorf("reading the header: %w", async.Sleep(ctx, time.Hour))
		})
	})
	var timeout *async.TimeoutError
	fmt.Println(errors.Is(err, async.ErrTimeout), errors.As(err, &timeout))
	fmt.Println(timeout.Timeout(), timeout.Temporary())
	// Output:
	// true true
	// true true
}

package async_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// Tasks send to channels and receive from them as goroutines do, and leave the
// baton to others meanwhile.
func ExampleSend() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		questions, answers := make(chan int), make(chan string)
		go func() { // any goroutine
			answers <- strings.Repeat("x", <-questions)
			close(answers)
		}()
		if err := async.Send(ctx, questions, 3); err != nil {
			return err
		}
		for {
			answer, ok, err := async.Recv(ctx, answers)
			if err != nil || !ok {
				return err
			}
			fmt.Println(answer)
		}
	})
	fmt.Println(err)
	// Output:
	// xxx
	// <nil>
}

// What is opened off the loop is closed again if nobody takes it: here the task
// was canceled meanwhile.
func ExampleToThreadAcquire() {
	open := func(context.Context) (io.Closer, error) { return io.NopCloser(nil), nil }

	err := async.Run(context.Background(), func(ctx context.Context) error {
		file, err := async.ToThreadAcquire(ctx, open, func(file io.Closer) { _ = file.Close() })
		if err != nil {
			return err
		}
		fmt.Println("opened")
		return file.Close()
	})
	fmt.Println(err)
	// Output:
	// opened
	// <nil>
}

// countedThreads is an executor: it runs functions in the threads of another
// and counts them.
type countedThreads struct {
	async.ThreadPool
	calls int
}

func (c *countedThreads) Execute(ctx context.Context, run func(ctx context.Context)) error {
	c.calls++
	return c.ThreadPool.Execute(ctx, run)
}

// An executor of one's own, which ToThread uses. After its shutdown it takes no
// more.
func ExampleExecutor() {
	executor := new(countedThreads)
	var _ async.Executor = executor
	runner := async.Runner{Executor: executor, ShutdownTimeout: time.Minute}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		for range 3 {
			if err := async.ToThread(ctx, func(context.Context) error { return nil }); err != nil {
				return err
			}
		}
		fmt.Println("calls:", executor.calls)
		if err := executor.ShutdownNow(ctx); err != nil {
			return err
		}
		err := async.ToThread(ctx, func(context.Context) error { return nil })
		fmt.Println(errors.Is(err, async.ErrExecutorShutDown))
		return nil
	})
	fmt.Println(err)
	// Output:
	// calls: 3
	// true
	// <nil>
}

// A context that its user cancels interrupts the awaits under it.
func ExampleWithCancel() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		inner, cancel := async.WithCancel(ctx)
		defer cancel()
		async.RunningLoop(ctx).CallLater(time.Second, cancel)
		err := async.Sleep(inner, time.Hour)
		fmt.Println(errors.Is(err, context.Canceled), ctx.Err())
		return nil
	})
	fmt.Println(err)
	// Output:
	// true <nil>
	// <nil>
}

// A time at which a body has to have ended, whether it is over, and which it
// is.
func ExampleTimeoutScope() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		start := async.RunningLoop(ctx).Now()
		var scope *async.TimeoutScope = async.NewTimeoutAt(start.Add(time.Minute))
		err := scope.Do(ctx, func(ctx context.Context) error {
			fmt.Println("until", scope.When().Sub(start), "expired:", scope.Expired())
			return async.Sleep(ctx, time.Hour)
		})
		fmt.Println(errors.Is(err, async.ErrTimeout), "expired:", scope.Expired())
		return nil
	})
	fmt.Println(err)
	// Output:
	// until 1m0s expired: false
	// true expired: true
	// <nil>
}

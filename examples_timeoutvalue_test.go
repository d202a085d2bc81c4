package async_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// TimeoutValue bounds the time of a function with a value.
func ExampleTimeoutValue() {
	answer := func(ctx context.Context) (int, error) { return async.SleepValue(ctx, time.Second, 42) }

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		fmt.Println(async.TimeoutValue(ctx, 2*time.Second, answer))
		fmt.Println(async.TimeoutValue(ctx, time.Millisecond, answer))
		fmt.Println(async.TimeoutValue(ctx, async.NoTimeout, answer))
		return nil
	})
	fmt.Println(err)
	// Output:
	// 42 <nil>
	// 0 async: timed out
	// 42 <nil>
	// <nil>
}

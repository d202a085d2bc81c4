package primitives_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// A body under a lock, or a semaphore, that has a value.
func ExampleWithValue() {
	balance := 10
	var lock primitives.Lock
	withdraw := func(ctx context.Context) (int, error) {
		left := balance - 3
		err := async.Sleep(ctx, time.Second) // others wait for the lock meanwhile
		balance = left
		return left, err
	}

	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		locked := func(ctx context.Context) (int, error) { return primitives.WithValue(ctx, &lock, withdraw) }
		left, err := async.Gather(ctx, async.Coros(locked, locked)...)
		fmt.Println(left)
		return err
	})
	fmt.Println(err)
	// Output:
	// [7 4]
	// <nil>
}

package twins_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func machine(ctx context.Context, name string, d time.Duration) error {
	fmt.Println("start", name)
	if err := async.Sleep(ctx, d); err != nil {
		return err
	}
	fmt.Println("end", name)
	return nil
}

func laundry(ctx context.Context) error {
	if err := machine(ctx, "washing machine", 3*time.Second); err != nil {
		return err
	}
	return machine(ctx, "dryer", 3200*time.Millisecond)
}

func potatoes(ctx context.Context, pieces int) error {
	for i := range pieces {
		if err := async.Sleep(ctx, 900*time.Millisecond); err != nil {
			return err
		}
		fmt.Println("potato", i)
	}
	return nil
}

// The machines work at once, also while somebody peels potatoes. The program
// examples/chores has it in full.
func Example_chores() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		_, err := async.Gather(ctx,
			async.Bind2(machine, "dishwasher", 3100*time.Millisecond),
			laundry,
			async.Bind2(machine, "boiling water", 4*time.Second),
			async.Bind(potatoes, 5),
		)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// start dishwasher
	// start washing machine
	// start boiling water
	// potato 0
	// potato 1
	// potato 2
	// end washing machine
	// start dryer
	// end dishwasher
	// potato 3
	// end boiling water
	// potato 4
	// end dryer
}
